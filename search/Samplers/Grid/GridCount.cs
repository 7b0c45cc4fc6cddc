namespace TuneGraph.Search;

/// <summary>Counts a grid's combinations without walking through all of them.</summary>
internal static class GridCount
{
    /// <summary>Tries the values of parents only; what has no dependents multiplies.</summary>
    public static long Of(SearchSpace space, GridOptions options)
    {
        GridAxis[] axes = [.. space.Parameters.Select(p => new GridAxis(p.Distribution, options))];
        var parents = space.Parameters.SelectMany(p => p.When?.Terms ?? []).Select(t => t.Parent).ToHashSet();
        bool[] isParent = [.. space.Parameters.Select(p => parents.Contains(p.Name))];
        return CountFrom(0, new ParameterValue?[axes.Length]);

        long CountFrom(int place, ParameterValue?[] values)
        {
            if (place == axes.Length)
                return 1;
            values[place] = null;
            if (!space.IsActive(place, values))
                return CountFrom(place + 1, values);
            if (!isParent[place])
                return Times(axes[place].Count, CountFrom(place + 1, values));
            var sum = 0L;
            for (var k = 0L; k < axes[place].Count && sum < long.MaxValue; k++)
            {
                values[place] = axes[place][k];
                sum = Plus(sum, CountFrom(place + 1, values));
            }

            return sum;
        }
    }

    private static long Plus(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;

    private static long Times(long a, long b) => (long)Int128.Min((Int128)a * b, long.MaxValue);
}
