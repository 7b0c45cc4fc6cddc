using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

/// <summary>
/// Points against SciPy 1.10's <c>scipy.stats.qmc</c> (Sobol and Halton with <c>scramble=False</c>, and
/// <c>discrepancy(method="L2-star")</c>), and against what the theory of scrambled nets promises.
/// </summary>
public sealed class PointSequenceTests
{
    [Fact]
    public void Plain_Sobol_points_are_those_published()
    {
        double[][] published =
        [
            [0, 0, 0, 0, 0, 0], [0.5, 0.5, 0.5, 0.5, 0.5, 0.5], [0.75, 0.25, 0.25, 0.25, 0.75, 0.75],
            [0.25, 0.75, 0.75, 0.75, 0.25, 0.25], [0.375, 0.375, 0.625, 0.875, 0.375, 0.125],
            [0.875, 0.875, 0.125, 0.375, 0.875, 0.625], [0.625, 0.125, 0.875, 0.625, 0.625, 0.875],
            [0.125, 0.625, 0.375, 0.125, 0.125, 0.375],
        ];
        var sobol = new SobolSequence(null);
        for (var k = 0; k < published.Length; k++)
            Assert.Equal(published[k], Enumerable.Range(0, 6).Select(d => sobol.At(d, k)));
        Assert.Equal(0.6953125, sobol.At(9, 100));
        Assert.Equal(0.05078125, sobol.At(49, 200));
        Assert.Equal(0.45703125, sobol.At(99, 255));
        Assert.Equal(0.66015625, sobol.At(128, 128));
        Assert.Equal(0.6328125, sobol.At(160, 77));
    }

    [Fact]
    public void Plain_Halton_points_are_those_published()
    {
        double[][] published =
        [
            [0, 0, 0, 0], [1 / 2.0, 1 / 3.0, 1 / 5.0, 1 / 7.0], [1 / 4.0, 2 / 3.0, 2 / 5.0, 2 / 7.0],
            [3 / 4.0, 1 / 9.0, 3 / 5.0, 3 / 7.0], [1 / 8.0, 4 / 9.0, 4 / 5.0, 4 / 7.0],
            [5 / 8.0, 7 / 9.0, 1 / 25.0, 5 / 7.0],
        ];
        var halton = new HaltonSequence(null);
        for (var k = 0; k < published.Length; k++)
        {
            for (var d = 0; d < 4; d++)
                Assert.Equal(published[k][d], halton.At(d, k), 1e-15);
        }

        Assert.Equal(0.9052734375, halton.At(0, 999), 1e-15);
        Assert.Equal(0.01417466849565615, halton.At(1, 999), 1e-15);
        Assert.Equal(0.07319976195199365, halton.At(19, 999), 1e-15);
        Assert.Equal(0.26159334126040423, halton.At(9, 500), 1e-15);
    }

    [Fact]
    public void The_discrepancy_is_that_published_and_scrambling_keeps_it_low()
    {
        Assert.Equal(0.0033074703678268075, Discrepancy(new SobolSequence(null), 2, 256), 1e-12);
        Assert.Equal(0.004787772148829876, Discrepancy(new SobolSequence(null), 5, 256), 1e-12);
        Assert.Equal(0.0053063698910007775, Discrepancy(new HaltonSequence(null), 2, 256), 1e-12);
        // Random points: the expected square is (2^-2 - 3^-2) / n, which is 0.0233² for n = 256.
        foreach (var seed in Enumerable.Range(0, 5).Select(s => (ulong)s))
        {
            Assert.InRange(Discrepancy(new SobolSequence(seed), 2, 256), 0, 0.006);
            Assert.InRange(Discrepancy(new HaltonSequence(seed), 2, 256), 0, 0.009);
        }
    }

    [Fact]
    public void Scrambled_Sobol_points_have_one_in_each_interval()
    {
        var sobol = new SobolSequence(5);
        for (var d = 0; d < 400; d++) // past the table too
            Assert.Equal(64, Enumerable.Range(192, 64).Select(k => (int)(sobol.At(d, k) * 64)).Distinct().Count());
        // The first two dimensions are a (0, m, 2)-net: one point in each box of area 1/64, of whatever shape.
        for (var m = 0; m <= 6; m++)
        {
            var (across, up) = (1 << m, 64 >> m);
            var boxes = Enumerable.Range(64, 64)
                .Select(k => ((int)(sobol.At(0, k) * across), (int)(sobol.At(1, k) * up)));
            Assert.Equal(64, boxes.Distinct().Count());
        }
    }

    [Fact]
    public void Scrambled_Halton_points_have_one_in_each_interval()
    {
        var halton = new HaltonSequence(5);
        foreach (var (d, cells) in (IEnumerable<(int, int)>)[(0, 64), (1, 81), (2, 125), (7, 361), (60, 283)])
            Assert.Equal(
                cells,
                Enumerable.Range(0, cells).Select(k => (int)((halton.At(d, k) * cells) + 1e-9)).Distinct().Count());
    }

    [Fact]
    public void Each_scrambled_point_is_uniform_and_the_mean_has_far_less_variance_than_chance()
    {
        // f = Π (x_d + ½) with mean 1 and variance (1 + 1/12)^3 - 1 = 0.271 on three dimensions.
        static double Mean(PointSequence points, int n) => Enumerable.Range(0, n)
            .Average(k => (points.At(0, k) + 0.5) * (points.At(1, k) + 0.5) * (points.At(2, k) + 0.5));
        var seeds = Enumerable.Range(0, 200).Select(s => (ulong)s).ToList();
        foreach (var make in (Func<ulong, PointSequence>[])[s => new SobolSequence(s), s => new HaltonSequence(s)])
        {
            // One point: unbiased. The standard error is √(0.271 / 200) = 0.037.
            Assert.Equal(1, seeds.Average(s => Mean(make(s), 1)), 0.11);
            var errors = seeds.Select(s => Mean(make(s), 256) - 1).ToList();
            // By chance 0.271 / 256 = 1e-3.
            Assert.InRange(errors.Average(e => e * e), 0, 1e-5);
        }
    }

    [Fact]
    public void Dimensions_past_the_table_are_not_tied_to_those_in_it()
    {
        var sobol = new SobolSequence(9);
        var (one, other) = (
            Enumerable.Range(0, 1024).Select(k => sobol.At(3, k) - 0.5).ToList(),
            Enumerable.Range(0, 1024).Select(k => sobol.At(3 + SobolDirections.Dimensions, k) - 0.5).ToList());
        Assert.InRange(12 * one.Zip(other, (a, b) => a * b).Average(), -0.1, 0.1); // σ = 1/32 by chance
    }

    /// <summary>The L2 star discrepancy by Warnock's formula (1972).</summary>
    private static double Discrepancy(PointSequence points, int dimensions, int n)
    {
        var x = Enumerable.Range(0, n)
            .Select(k => Enumerable.Range(0, dimensions).Select(d => points.At(d, k)).ToArray()).ToArray();
        var single = x.Sum(p => p.Aggregate(1.0, (product, u) => product * (1 - (u * u))));
        var pairs = x.Sum(p => x.Sum(q => p.Zip(q, (a, b) => 1 - Math.Max(a, b)).Aggregate(1.0, (s, t) => s * t)));
        return Math.Sqrt(
            Math.Pow(3, -dimensions) - (Math.Pow(2, 1 - dimensions) / n * single) + (pairs / n / n));
    }
}
