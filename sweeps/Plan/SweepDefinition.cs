namespace TuneGraph;

/// <summary>A sweep as its store describes it.</summary>
internal static class SweepDefinition
{
    public static StudyDefinition Of(SweepSpec spec) => new(
        spec.Name,
        spec.Objective.Metric,
        spec.Objective.Direction,
        spec.Sampler.Name,
        spec.Pruner.Name,
        spec.Seed,
        spec.Budget.Trials,
        spec.Source,
        spec.Space is null,
        SweepFingerprint.Of(spec))
    {
        Parameters = spec.Space?.Parameters ?? [],
        MoreObjectives = [.. spec.MoreObjectives.Select(more => new ObjectiveSpec(more.Metric, more.Direction))],
    };
}
