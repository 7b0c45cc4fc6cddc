using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class HypervolumeGainTests
{
    /// <summary>With nothing to dominate, the gain is the box below the reference: the improvements' product.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Over_an_empty_front_it_is_the_product_of_expected_improvements(int objectives)
    {
        var (means, deviations) = (new double[objectives], new double[objectives]);
        var expected = 0.0;
        for (var j = 0; j < objectives; j++)
        {
            (means[j], deviations[j]) = (0.3 * j, 0.5 + (0.1 * j));
            expected += LogImprovement.Of(means[j], deviations[j], 1).Log;
        }

        var gain = new HypervolumeGain(new([], [.. Enumerable.Repeat(1.0, objectives)]));
        Assert.Equal(expected, gain.Log(means, deviations, default, default), 1e-12);
    }

    /// <summary>
    /// Two objectives in closed form: over the front (0.2, 0.6), (0.5, 0.3) the boxes are (−∞, 0.2] × (−∞, 1],
    /// (0.2, 0.5] × (−∞, 0.6] and (0.5, 1] × (−∞, 0.3].
    /// </summary>
    [Fact]
    public void In_two_objectives_it_is_the_sum_over_the_steps_of_the_front()
    {
        var gain = new HypervolumeGain(new([[0.2, 0.6], [0.5, 0.3]], [1, 1]));
        double First(double bound) => Math.Exp(LogImprovement.Of(0.6, 0.3, bound).Log);
        double Second(double bound) => Math.Exp(LogImprovement.Of(0.5, 0.2, bound).Log);
        var expected = (First(0.2) * Second(1)) + ((First(0.5) - First(0.2)) * Second(0.6))
            + ((First(1) - First(0.5)) * Second(0.3));
        Assert.Equal(Math.Log(expected), gain.Log([0.6, 0.5], [0.3, 0.2], default, default), 1e-12);
    }

    /// <summary>Monte Carlo with 200,000 draws: within four of its standard errors.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void It_is_the_mean_of_what_drawn_points_add(int objectives)
    {
        const int Draws = 200_000;
        var random = new SearchRandom(11);
        var front = RandomFront(objectives, random);
        double[] reference = [.. Enumerable.Repeat(1.0, objectives)];
        double[] means = [.. Enumerable.Range(0, objectives).Select(_ => random.NextDouble())];
        double[] deviations = [.. Enumerable.Range(0, objectives).Select(_ => 0.1 + (0.3 * random.NextDouble()))];
        var (sum, squares, point) = (0.0, 0.0, new double[objectives]);
        for (var k = 0; k < Draws; k++)
        {
            for (var j = 0; j < objectives; j++)
                point[j] = means[j] + (deviations[j] * Gaussian.Quantile(random.NextDouble()));
            var added = Hypervolume.Added(point, front, reference);
            sum += added;
            squares += added * added;
        }

        var mean = sum / Draws;
        var error = Math.Sqrt(((squares / Draws) - (mean * mean)) / Draws);
        var gain = Math.Exp(new HypervolumeGain(new(front, reference)).Log(means, deviations, default, default));
        Assert.InRange(gain, mean - (4 * error), mean + (4 * error));
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 0)]
    [InlineData(4, 0)]
    [InlineData(2, 30)]
    [InlineData(3, 60)]
    public void The_derivatives_are_those_of_finite_differences(int objectives, double off)
    {
        const double Step = 1e-6;
        var random = new SearchRandom(21);
        var gain = new HypervolumeGain(
            new(RandomFront(objectives, random), [.. Enumerable.Repeat(1.0, objectives)]));
        double[] at = [.. Enumerable.Range(0, 2 * objectives)
            .Select(k => k < objectives ? off + random.NextDouble() : 0.2 + random.NextDouble())];
        double Log() => gain.Log(at.AsSpan(0, objectives), at.AsSpan(objectives), default, default);
        var slopes = new double[2 * objectives];
        var value = gain.Log(
            at.AsSpan(0, objectives), at.AsSpan(objectives), slopes.AsSpan(0, objectives), slopes.AsSpan(objectives));
        Assert.Equal(Log(), value, 1e-9 * Math.Abs(value));
        for (var k = 0; k < at.Length; k++)
        {
            var old = at[k];
            at[k] = old + Step;
            var up = Log();
            at[k] = old - Step;
            Assert.Equal((up - Log()) / (2 * Step), slopes[k], 1e-5 * Math.Max(1, Math.Abs(slopes[k])));
            at[k] = old;
        }
    }

    /// <summary>
    /// Far beyond the reference the gain is 0 in any floating-point number, and its logarithm still says which way to
    /// go. About one point at (0.5, 0.5) it is (E(1) − E(0.5)) E(0.5) + E(0.5) E(1); with means of 200 and deviations
    /// of 1, E(0.5) is nothing beside E(1), and 2 E(1) E(0.5) is left.
    /// </summary>
    [Fact]
    public void It_does_not_underflow()
    {
        var gain = new HypervolumeGain(new([[0.5, 0.5]], [1, 1]));
        var (half, whole) = (LogImprovement.Of(200, 1, 0.5).Log, LogImprovement.Of(200, 1, 1).Log);
        Assert.Equal(Math.Log(2) + whole + half, gain.Log([200, 200], [1, 1], default, default), 1e-6);
    }

    private static List<double[]> RandomFront(int objectives, SearchRandom random) =>
        [.. Enumerable.Range(0, 12).Select(_ => Enumerable.Range(0, objectives)
            .Select(_ => random.NextDouble()).ToArray())];
}
