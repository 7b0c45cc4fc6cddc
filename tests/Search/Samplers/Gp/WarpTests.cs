using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class WarpTests
{
    private static readonly double[] _skewed = [-1, -0.8, -0.5, -0.2, 0, 0.1, 0.5, 2, 5, 20];

    /// <summary>Reference: scipy 1.10 <c>stats.yeojohnson</c> with λ = −0.3.</summary>
    [Theory]
    [InlineData(-1, -1.7063381101650716)]
    [InlineData(-0.5, -0.6700133064251845)]
    [InlineData(0, 0)]
    [InlineData(2, 0.9359230222504519)]
    [InlineData(20, 1.9960822547342125)]
    public void Losses_are_bent_as_the_reference_does(double z, double expected) =>
        Assert.Equal(expected, OutputWarp.Bend(z, -0.3), 1e-12);

    /// <summary>Reference: scipy 1.10 <c>stats.yeojohnson_normmax</c>; ours stops at an interval of 0.01.</summary>
    [Fact]
    public void The_exponent_is_the_likeliest() =>
        Assert.Equal(-0.2547715749174711, OutputWarp.MostLikely(_skewed), 0.01);

    [Fact]
    public void Warped_losses_keep_their_order_and_are_standardised()
    {
        var losses = _skewed.ToArray();
        OutputWarp.Center(losses);
        OutputWarp.Apply(OutputWarp.MostLikely(losses), losses);
        Assert.Equal(losses.Order(), losses);
        Assert.Equal(0, losses.Average(), 1e-12);
        Assert.Equal(1, losses.Average(loss => loss * loss), 1e-12);
    }

    [Fact]
    public void The_Jacobian_is_that_of_finite_differences()
    {
        const double Step = 1e-6;
        var warped = _skewed.ToArray();
        var jacobian = OutputWarp.Apply(-0.3, warped);
        var bent = _skewed.Select(z => OutputWarp.Bend(z, -0.3)).ToArray();
        var scale = (warped[1] - warped[0]) / (bent[1] - bent[0]);
        var sum = _skewed.Sum(z => Math.Log(
            scale * (OutputWarp.Bend(z + Step, -0.3) - OutputWarp.Bend(z - Step, -0.3)) / (2 * Step)));
        Assert.Equal(sum, jacobian, 1e-6);
    }

    [Fact]
    public void Equal_and_huge_losses_are_warped_too()
    {
        double[] equal = [3, 3, 3];
        OutputWarp.Center(equal);
        OutputWarp.Apply(0.5, equal);
        Assert.Equal([0, 0, 0], equal);
        double[] huge = [double.MaxValue, -double.MaxValue, 0, 1];
        OutputWarp.Center(huge);
        OutputWarp.Apply(OutputWarp.MostLikely(huge), huge);
        Assert.All(huge, loss => Assert.True(double.IsFinite(loss)));
    }

    [Fact]
    public void A_constraint_keeps_its_limit_in_place()
    {
        var (values, limit) = OutputWarp.Standardize([-2, 1, 4, 9], 0);
        Assert.Equal(0, values.Average(), 1e-12);
        Assert.Equal((0 - -2) / (1.0 - -2), (limit - values[0]) / (values[1] - values[0]), 1e-12);
    }

    [Theory]
    [InlineData(0.5, 2, 0.3)]
    [InlineData(2, 0.5, 0.9)]
    [InlineData(1, 1, 0.4)]
    [InlineData(3, 4, 0.2)]
    public void Axes_are_bent_with_the_slopes_of_finite_differences(double a, double b, double x)
    {
        const double Step = 1e-6;
        double At(double x, double a, double b) => 1 - Math.Pow(1 - Math.Pow(x, a), b);
        var warp = new InputWarp(a, b);
        Assert.Equal(At(x, a, b), warp.Apply(x), 1e-15);
        var (inX, inA, inB) = warp.Slopes(x);
        Assert.Equal((At(x + Step, a, b) - At(x - Step, a, b)) / (2 * Step), inX, 1e-6);
        var (up, down) = (Math.Exp(Step), Math.Exp(-Step));
        Assert.Equal((At(x, a * up, b) - At(x, a * down, b)) / (2 * Step), inA, 1e-6);
        Assert.Equal((At(x, a, b * up) - At(x, a, b * down)) / (2 * Step), inB, 1e-6);
    }

    [Fact]
    public void The_ends_of_an_axis_stay_where_they_are()
    {
        Assert.Equal(0, new InputWarp(0.4, 3).Apply(0));
        Assert.Equal(1, new InputWarp(0.4, 3).Apply(1));
    }
}
