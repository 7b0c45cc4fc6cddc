using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>Puts raw importances in order.</summary>
internal static class Importances
{
    /// <summary>The largest first, of equal ones the first given; with shares of the sum.</summary>
    public static ImmutableArray<ParameterImportance> Ranked(IEnumerable<(string Name, double Value)> values)
    {
        var all = values.ToList();
        var sum = all.Sum(v => v.Value);
        return
        [
            .. all.OrderByDescending(v => v.Value)
                .Select(v => new ParameterImportance(v.Name, v.Value, sum > 0 ? v.Value / sum : 0)),
        ];
    }
}
