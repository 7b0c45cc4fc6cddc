using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class DominanceTests
{
    [Fact]
    public void A_point_dominates_where_it_is_nowhere_worse_and_somewhere_better()
    {
        Assert.True(Dominance.Dominates([1, 2], [1, 3]));
        Assert.False(Dominance.Dominates([1, 2], [1, 2]));
        Assert.False(Dominance.Dominates([1, 2], [2, 1]));
        Assert.False(Dominance.Dominates([2, 2], [1, 2]));
    }

    [Property(MaxTest = 200)]
    public void Ranks_are_those_of_peeling_front_by_front(int seed)
    {
        var random = new SearchRandom((ulong)seed);
        var (count, objectives) = ((int)random.NextInt64(60), 1 + (int)random.NextInt64(4));
        var points = RandomPoints.Of(random, count, objectives);
        var expected = new int[count];
        var left = Enumerable.Range(0, count).ToList();
        for (var rank = 0; left.Count > 0; rank++)
        {
            var front = left.Where(i => !left.Any(j => Dominance.Dominates(points[j], points[i]))).ToList();
            front.ForEach(i => expected[i] = rank);
            left.RemoveAll(front.Contains);
        }

        Assert.Equal(expected, Dominance.Ranks(points));
    }

    [Fact]
    public void Crowding_distance_is_the_extent_of_the_box_between_neighbours()
    {
        // By hand, after Deb et al. 2002, figure 1: (3 − 0) / 4 + (4 − 1) / 4 and (4 − 1) / 4 + (2 − 0) / 4.
        double[][] front = [[3, 1], [0, 4], [4, 0], [1, 2]];
        Assert.Equal([1.25, double.PositiveInfinity, double.PositiveInfinity, 1.5], CrowdingDistance.Of(front));
        Assert.Empty(CrowdingDistance.Of([]));
        Assert.Equal([double.PositiveInfinity], CrowdingDistance.Of([[1, 1]]));
    }
}
