using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class HypervolumeTests
{
    [Fact]
    public void Published_and_hand_computed_volumes_come_out()
    {
        // The example of pygmo's hypervolume tutorial: 2·1 + 1.5·0.5 + 1·0.5.
        Assert.Equal(3.25, Hypervolume.Of([1, 0, 0.5, 0.5, 0, 1, 1.5, 0.75], [2, 2]), 1e-14);
        // Two boxes of three dimensions, 2·2·3 and 3·1·3, which share 2·1·3.
        Assert.Equal(15, Hypervolume.Of([1, 1, 0, 0, 2, 0], [3, 3, 3]), 1e-14);
        // Four corners, each 2·1·1·1, that share one unit cube: 4 · 1 + 1.
        Assert.Equal(5, Hypervolume.Of([0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0], [2, 2, 2, 2]), 1e-14);
        Assert.Equal(0.75, Hypervolume.Of([0.5, 0.25, 0.75], [1]), 1e-14);
    }

    [Fact]
    public void Points_that_do_not_reach_the_reference_add_nothing()
    {
        Assert.Equal(0, Hypervolume.Of([], [1, 1, 1]));
        Assert.Equal(0, Hypervolume.Of([1, 0, 2, 0], [1, 1]));
        Assert.Equal(1, Hypervolume.Of([0, 0, -5, 1], [1, 1]));
    }

    [Property(MaxTest = 300)]
    public void The_volume_is_that_of_inclusion_and_exclusion(int seed)
    {
        var random = new SearchRandom((ulong)seed);
        var (count, objectives) = ((int)random.NextInt64(10), 1 + (int)random.NextInt64(4));
        var points = RandomPoints.Of(random, count, objectives);
        var reference = Enumerable.Repeat(1.0, objectives).ToArray();
        var expected = 0.0;
        for (var subset = 1; subset < 1 << count; subset++)
        {
            var chosen = points.Where((_, i) => (subset >> i & 1) == 1).ToList();
            var shared = 1.0;
            for (var m = 0; m < objectives; m++)
                shared *= 1 - chosen.Max(point => point[m]);
            expected += chosen.Count % 2 == 1 ? shared : -shared;
        }

        Assert.Equal(expected, Hypervolume.Of([.. points.SelectMany(p => p)], reference), 1e-11);
    }

    [Fact]
    public void Senseless_arguments_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Hypervolume.Of([1, 2, 3], [4, 4]));
        Assert.Throws<ArgumentException>(() => Hypervolume.Of([1, 2, 3], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hypervolume.Of([1, double.NaN], [4, 4]));
    }
}
