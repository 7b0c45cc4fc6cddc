namespace TuneGraph.Search;

/// <summary>Counts a grid's combinations without walking through all of them.</summary>
internal static class GridCount
{
    /// <summary>Rules over more combinations than this are not tried out.</summary>
    private const long MostTried = 10_000_000;

    /// <summary>
    /// Tries the values of those parameters only that conditions or rules look at; what has no dependents multiplies.
    /// </summary>
    public static long Of(SearchSpace space, GridOptions options)
    {
        GridAxis[] axes = [.. space.Parameters.Select(p => new GridAxis(p.Distribution, options))];
        var parents = space.Parameters.SelectMany(p => p.When?.Parents ?? []).ToHashSet();
        var ruled = space.Rules.SelectMany(rule => rule.Parents).ToHashSet();
        var tried = 1L;
        foreach (var (place, parameter) in space.Parameters.Index())
        {
            if (ruled.Contains(parameter.Name) || parents.Contains(parameter.Name))
                tried = Times(tried, axes[place].Count);
        }

        if (tried <= MostTried)
            parents.UnionWith(ruled);
        bool[] isParent = [.. space.Parameters.Select(p => parents.Contains(p.Name))];
        return CountFrom(0, new ParameterValue?[axes.Length]);

        long CountFrom(int place, ParameterValue?[] values)
        {
            if (place == axes.Length)
                return tried > MostTried || space.Allows(values) ? 1 : 0;
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
