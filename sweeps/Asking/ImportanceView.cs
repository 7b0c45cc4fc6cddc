using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>How much a parameter mattered.</summary>
/// <param name="Parameter">Its name.</param>
/// <param name="Share">Its share of what was explained, 0 to 1.</param>
public sealed record ImportanceView(string Parameter, double Share)
{
    /// <summary>Those of a study, the most important first; of several objectives, for the first.</summary>
    internal static ImmutableArray<ImportanceView> Of(
        SearchSpace space, Direction direction, IReadOnlyList<Evaluation> evaluations) =>
        [
            .. PedAnova.Of(space, evaluations, direction)
                .Select(one => new ImportanceView(one.Name, one.Share)),
        ];
}
