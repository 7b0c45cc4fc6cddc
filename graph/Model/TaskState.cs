namespace TuneGraph.Graph;

/// <summary>
/// Where a task stands. <see cref="Waiting"/>, <see cref="Ready"/> and <see cref="Running"/> are open; the rest are
/// closed.
/// </summary>
public enum TaskState : byte
{
    /// <summary>Some dependency has no result yet, or a retry backs off, or an old attempt has yet to stop.</summary>
    Waiting,

    /// <summary>Nothing is missing but workers that fit.</summary>
    Ready,

    /// <summary>Leased to workers: a <see cref="StartTask"/> is out, its answer is awaited.</summary>
    Running,

    /// <summary>Finished, and its result is held by some worker or store.</summary>
    Succeeded,

    /// <summary>Failed for good, or a task that it depends on did.</summary>
    Erred,

    /// <summary>Cancelled by request, or a task that it depends on was.</summary>
    Cancelled,

    /// <summary>No one needs its result, so none is held. It is computed again if someone asks.</summary>
    Released,
}
