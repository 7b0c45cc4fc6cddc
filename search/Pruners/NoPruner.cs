namespace TuneGraph.Search;

/// <summary>Lets every trial run to its end.</summary>
public sealed class NoPruner : Pruner
{
    /// <inheritdoc/>
    public override string Name => "none";

    /// <inheritdoc/>
    public override int MostObjectives => StudyOptions.MostObjectives;

    /// <inheritdoc/>
    public override PruneDecision Decide(StudyHistory history, Trial trial, int step) => PruneDecision.Continue;
}
