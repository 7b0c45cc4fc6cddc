namespace TuneGraph.Search;

/// <summary>What a trial is to do after a report.</summary>
public enum Verdict
{
    /// <summary>Train on.</summary>
    Continue,

    /// <summary>Keep a checkpoint and give the place up; the trial may be promoted later.</summary>
    Pause,

    /// <summary>End for good.</summary>
    Stop,
}

/// <summary>A pruner's answer to a report.</summary>
/// <param name="Verdict">What the trial is to do.</param>
/// <param name="Why">The reason for people, with its numbers; null where the pruner had nothing to judge.</param>
public readonly record struct PruneDecision(Verdict Verdict, string? Why)
{
    /// <summary>Train on, without a reason.</summary>
    public static PruneDecision Continue => default;
}
