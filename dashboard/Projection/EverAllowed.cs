using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>All values that a study has allowed so far, for pictures of trials of former ranges too.</summary>
internal static class EverAllowed
{
    /// <param name="space">What was allowed before.</param>
    /// <param name="ranges">What is allowed now, of some parameters.</param>
    public static SearchSpace Widened(SearchSpace space, IEnumerable<Parameter> ranges)
    {
        var now = ranges.ToDictionary(range => range.Name, range => range.Distribution, StringComparer.Ordinal);
        return new SearchSpace(
        [
            .. space.Parameters.Select(parameter => now.TryGetValue(parameter.Name, out var range)
                ? new Parameter(parameter.Name, Union(parameter.Distribution, range))
                : parameter),
        ]);
    }

    private static Distribution Union(Distribution before, Distribution now) => (before, now) switch
    {
        (FloatDistribution a, FloatDistribution b) => new FloatDistribution(
            Math.Min(a.Low, b.Low), Math.Max(a.High, b.High), b.Log, b.Step),
        (IntDistribution a, IntDistribution b) => new IntDistribution(
            Math.Min(a.Low, b.Low), Math.Max(a.High, b.High), b.Log, b.Step),
        (CategoricalDistribution a, CategoricalDistribution b) => new CategoricalDistribution(
            [.. b.Choices.Union(a.Choices)], b.Ordered),
        _ => now,
    };
}
