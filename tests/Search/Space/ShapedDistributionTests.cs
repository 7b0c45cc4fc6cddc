using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class ShapedDistributionTests
{
    [Fact]
    public void A_normal_code_is_the_probability_below()
    {
        var normal = new ShapedDistribution(new NormalShape(10, 2));
        Assert.Equal(10, normal.Decode(0.5).AsFloat(), 1e-12);
        Assert.Equal(10 + (2 * 1.959963984540054), normal.Decode(0.975).AsFloat(), 1e-6); // the tails are cut off
        Assert.Equal(10 - (2 * 5.9978070150076865), normal.Low, 1e-9); // Φ⁻¹(1e-9), SciPy 1.10
        Assert.Equal(normal.Low, normal.Decode(0));
        Assert.Equal(normal.High, normal.Decode(1));
        Assert.False(normal.Contains(23.0));
        Assert.True(normal.Contains(4));
        Assert.Null(normal.Cardinality);
    }

    [Fact]
    public void A_normal_between_ends_is_renormalised()
    {
        // P(0 < z < 1) = 0.3413447460685429 and P(z < 1/2) − P(z < 0) = 0.19146246127401312.
        var cut = new ShapedDistribution(new NormalShape(), 0, 1);
        Assert.Equal(0.19146246127401312 / 0.3413447460685429, cut.Encode(0.5), 1e-12);
        Assert.Equal((0.0, 1.0), (cut.Low, cut.High));
    }

    [Fact]
    public void Log_normal_and_log_uniform_live_in_the_logarithm()
    {
        var normal = new ShapedDistribution(new LogNormalShape(-2, 1.5));
        Assert.Equal(0.061630354062034334, normal.Decode(0.3).AsFloat(), 1e-9); // SciPy 1.10
        var uniform = new ShapedDistribution(new LogUniformShape(), 1, 100);
        Assert.Equal(10, uniform.Decode(0.5).AsFloat(), 1e-12);
    }

    [Fact]
    public void Multiples_have_the_probability_of_what_is_rounded_to_them()
    {
        // W&B: round(X / q) · q. SciPy 1.10 for N(1, 2) and q = 0.5.
        var normal = new ShapedDistribution(new NormalShape(1, 2), quantum: 0.5);
        foreach (var (value, p) in ((double, double)[])
            [(-1, 0.0604924357157019), (0, 0.08784470427857566), (2.5, 0.07519857619618986)])
        {
            var (low, high) = normal.Cell(normal.Encode(value));
            Assert.Equal(p, high - low, 1e-8);
        }

        // The ends of a uniform range get half of what the others get.
        var tens = new ShapedDistribution(new UniformShape(), 0, 10, 1, whole: true);
        Assert.Equal(11, tens.Cardinality);
        Assert.Equal(3, tens.Decode(0.3).AsInt());
        Assert.Equal((0, 0.05), tens.Cell(tens.Encode(0)));
        Assert.Equal((0.25, 0.35), tens.Cell(tens.Encode(3)));
        Assert.False(tens.Contains(3.0));
        // Multiples inside the range only.
        var inner = new ShapedDistribution(new UniformShape(), 0.4, 10.6, 1);
        Assert.Equal((1.0, 10.0), (inner.Low, inner.High));
        Assert.Equal(0.3, new ShapedDistribution(new UniformShape(), 0, 1, 0.1).Decode(0.3));
    }

    [Fact]
    public void A_beta_has_the_ends_of_its_interval_where_it_is_rounded()
    {
        var beta = new ShapedDistribution(new BetaShape(2, 5), quantum: 0.25);
        Assert.Equal((0.0, 1.0), (beta.Low, beta.High));
        Assert.Equal(5, beta.Cardinality);
        // P(X < 1/8) = Σ C(6, j) (1/8)^j (7/8)^(6-j), j from 2 = 0.16652297973632812.
        Assert.Equal(0.16652297973632812, beta.Cell(beta.Encode(0.0)).High, 1e-8);
    }

    [Fact]
    public void Contradictory_shapes_are_refused()
    {
        AssertRefused("no ends of its own", () => new(new UniformShape(), 0));
        AssertRefused("exchange them", () => new(new UniformShape(), 1, 0));
        AssertRefused("lie above 0", () => new(new LogUniformShape(), 0, 1));
        AssertRefused("not finite", () => new(new UniformShape(), 0, double.PositiveInfinity));
        AssertRefused("lies outside", () => new(new NormalShape(), 7, 8));
        AssertRefused("next to nothing", () => new(new NormalShape(), 5.5, 8));
        AssertRefused("no multiple of 2 lies", () => new(new UniformShape(), 0.5, 1.5, 2));
        AssertRefused("above 0 and finite", () => new(new UniformShape(), 0, 1, 0));
        AssertRefused("integers need a quantum", () => new(new UniformShape(), 0, 1, 0.5, whole: true));
        AssertRefused("too small", () => new(new UniformShape(), 0, 1, 1e-300));
        AssertRefused("leaves less than", () => new(new NormalShape(), quantum: 1e-7));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NormalShape(0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NormalShape(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LogNormalShape(301));
        Assert.Throws<ArgumentOutOfRangeException>(() => new BetaShape(0, 1));
    }

    [Fact]
    public void Distributions_are_compared_and_written_by_what_they_say()
    {
        Assert.Equal(
            new ShapedDistribution(new NormalShape(0, 1), quantum: 2), new(new NormalShape(0, 1), quantum: 2));
        Assert.NotEqual(
            new ShapedDistribution(new NormalShape(0, 1), quantum: 2), new(new NormalShape(0, 1), quantum: 1));
        Assert.Equal("normal(0, 1) -5.99781..5.99781", new ShapedDistribution(new NormalShape()).ToString());
        Assert.Equal(
            "int uniform 0..10 in multiples of 2",
            new ShapedDistribution(new UniformShape(), 0, 10, 2, whole: true).ToString());
    }

    private static void AssertRefused(string why, Func<ShapedDistribution> make) =>
        Assert.Contains(why, Assert.ThrowsAny<ArgumentException>(make).Message, StringComparison.Ordinal);
}
