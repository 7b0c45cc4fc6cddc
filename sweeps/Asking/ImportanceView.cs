using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>How much a parameter mattered.</summary>
/// <param name="Parameter">Its name.</param>
/// <param name="Share">Its share of what was explained, 0 to 1.</param>
public sealed record ImportanceView(string Parameter, double Share)
{
    /// <summary>Those of a study, the most important first; of several objectives, for the first.</summary>
    internal static ImmutableArray<ImportanceView> Of(SweepSpec study, IReadOnlyList<Evaluation> evaluations) =>
        [
            .. PedAnova.Of(study.Space!, evaluations, study.Objective.Direction)
                .Select(one => new ImportanceView(one.Name, one.Share)),
        ];
}
