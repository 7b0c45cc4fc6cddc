namespace TuneGraph.Search;

/// <summary>Where a trial stands.</summary>
public enum TrialState
{
    /// <summary>
    /// Known, not begun. For hosts that list trials before they hand them out: a <see cref="Study"/> starts its own as
    /// <see cref="Running"/>.
    /// </summary>
    Waiting,

    /// <summary>Asked for or resumed, and not told yet.</summary>
    Running,

    /// <summary>Stopped at a rung with its checkpoint kept; it may be promoted and run on.</summary>
    Paused,

    /// <summary>Finished with a value. Terminal.</summary>
    Completed,

    /// <summary>Stopped early as hopeless. Terminal.</summary>
    Pruned,

    /// <summary>
    /// Ended without a value by an error, a crash or a value that is not finite. Terminal; it has no rank among the
    /// others, but samplers keep away from where trials failed.
    /// </summary>
    Failed,

    /// <summary>
    /// The configuration cannot be evaluated (out of memory, a constraint broken beforehand). Terminal; samplers learn
    /// from it as from the worst of trials. A trial that was evaluated and breaks a constraint is
    /// <see cref="Completed"/>, and not <see cref="Trial.IsFeasible"/>.
    /// </summary>
    Infeasible,
}
