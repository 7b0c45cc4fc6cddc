using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class HypervolumeSubsetTests
{
    [Property(MaxTest = 100)]
    public void It_is_what_taking_the_largest_gain_again_and_again_chooses(int seed)
    {
        var random = new SearchRandom((ulong)seed);
        var (count, objectives) = (1 + (int)random.NextInt64(20), 2 + (int)random.NextInt64(3));
        var points = RandomPoints.Of(random, count, objectives);
        var reference = Enumerable.Repeat(1.1, objectives).ToArray();
        var expected = new List<double[]>();
        var chosen = HypervolumeSubset.Choose(points, 6, reference);
        foreach (var (place, gain) in chosen)
        {
            double Gain(double[] point) =>
                Hypervolume.OfRows([.. expected, point], reference) - Hypervolume.OfRows(expected, reference);
            Assert.Equal(points.Max(Gain), gain, 1e-12);
            Assert.Equal(gain, Gain(points[place]), 1e-12);
            expected.Add(points[place]);
        }

        Assert.Equal(Math.Min(6, count), chosen.Select(item => item.Place).Distinct().Count());
    }
}
