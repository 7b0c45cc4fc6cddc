using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

/// <summary>Points for properties, half of the time on a coarse grid, so that equal coordinates come up.</summary>
internal static class RandomPoints
{
    public static List<double[]> Of(SearchRandom random, int count, int objectives)
    {
        var coarse = random.NextInt64(2) == 0;
        var points = new List<double[]>();
        for (var i = 0; i < count; i++)
        {
            var point = new double[objectives];
            foreach (ref var value in point.AsSpan())
                value = coarse ? random.NextInt64(5) / 4.0 : random.NextDouble();
            points.Add(point);
        }

        return points;
    }
}
