using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class VariationTests
{
    [Fact]
    public void Children_far_from_the_ends_follow_the_unbounded_formulas()
    {
        // Deb and Agrawal 1995: β = (2u)^(1/(η+1)) up to u = ½, (2(1 − u))^(−1/(η+1)) above; 0.16 of the range is far.
        const double Eta = 30;
        foreach (var u in (double[])[0.1, 0.4, 0.5, 0.7, 0.95])
        {
            var beta = Math.Pow(u <= 0.5 ? 2 * u : 1 / (2 * (1 - u)), 1 / (Eta + 1));
            var (low, high) = Variation.Cross(0.58, 0.42, Eta, u);
            Assert.Equal(0.5 - (0.08 * beta), low, 1e-9);
            Assert.Equal(0.5 + (0.08 * beta), high, 1e-9);
        }
    }

    [Fact]
    public void A_mutant_far_from_the_ends_follows_the_unbounded_formula()
    {
        // Deb's polynomial: δ = (2u)^(1/(η+1)) − 1 below u = ½, 1 − (2(1 − u))^(1/(η+1)) above.
        const double Eta = 60;
        foreach (var u in (double[])[0.05, 0.3, 0.5, 0.8, 0.99])
        {
            var step = u < 0.5 ? Math.Pow(2 * u, 1 / (Eta + 1)) - 1 : 1 - Math.Pow(2 * (1 - u), 1 / (Eta + 1));
            Assert.Equal(0.5 + step, Variation.Mutate(0.5, Eta, u), 1e-9);
        }
    }

    [Property(MaxTest = 300)]
    public void Children_and_mutants_stay_in_range_and_reach_the_ends(int seed)
    {
        var random = new SearchRandom((ulong)seed);
        var (a, b, eta) = (random.NextDouble(), random.NextInt64(3) / 2.0, random.NextDouble() * 30);
        var (low, high) = Variation.Cross(a, b, eta, random.NextDouble());
        Assert.InRange(low, 0, high);
        Assert.InRange(high, low, 1);
        Assert.InRange(Variation.Mutate(a, eta, random.NextDouble()), 0, 1);
        Assert.Equal(0, Variation.Mutate(a, eta, 0), 1e-12); // the least u goes to the end, the largest to the other
        Assert.Equal(1, Variation.Mutate(a, eta, 1), 1e-12);
        var (least, most) = Variation.Cross(0.4 * a, 1 - (0.4 * a), eta / 6, 1);
        Assert.Equal((0, 1), (Math.Round(least, 9), Math.Round(most, 9)));
    }

    [Fact]
    public void Equal_parents_have_equal_children()
    {
        Assert.Equal((0.3, 0.3), Variation.Cross(0.3, 0.3, 20, 0.9));
    }
}
