using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class NormalTailTests
{
    [Fact]
    public void The_table_agrees_with_the_function()
    {
        for (var z = 0.0; z < 7; z += 0.00137)
            Assert.Equal(Gaussian.Cdf(-z), NormalTail.Of(z), 1e-10);
        foreach (var (a, b) in ((double, double)[])[(-8, 8), (-1, 2), (0.5, 0.75), (-3, -2.9), (0, 9), (-0.1, 0)])
            Assert.Equal(Gaussian.Mass(a, b), NormalTail.Mass(a, b), 2e-10);
        Assert.Equal(0.5, NormalTail.Of(0));
        Assert.Equal(0, NormalTail.Of(NormalTail.End));
    }
}
