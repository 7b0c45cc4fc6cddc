namespace TuneGraph;

/// <summary>Where a sweep runs, if not with threads of its own process.</summary>
/// <param name="Checkpoints">Where its checkpoints lie.</param>
/// <param name="Dispatcher">Makes what has its graph and runs its tasks.</param>
/// <param name="Began">Told how to reach the sweep's loop.</param>
/// <param name="Kept">Told what was written to the store, after it was.</param>
internal sealed record SweepSite(
    CheckpointStore Checkpoints,
    Func<TaskThreads, Action<RunnerMessage>, TaskDispatcher> Dispatcher,
    Action<Action<RunnerMessage>> Began,
    Action<IReadOnlyList<StoreChange>> Kept)
{
    /// <summary>How long a claim on the study holds unless it is renewed; null where none is needed.</summary>
    public TimeSpan? Term { get; init; }

    /// <summary>What other studies have trained; null where there are none.</summary>
    public SegmentLibrary? Library { get; init; }

    /// <summary>The sweep that was submitted, before any change; null where nothing was changed.</summary>
    public SweepSpec? First { get; init; }
}
