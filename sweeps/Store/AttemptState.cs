namespace TuneGraph;

/// <summary>State of one run of a task.</summary>
public enum AttemptState
{
    /// <summary>It runs.</summary>
    Running,

    /// <summary>It did what it was asked.</summary>
    Succeeded,

    /// <summary>It was told to stop: its trial was pruned, or the sweep was interrupted.</summary>
    Stopped,

    /// <summary>It failed; the reason is kept.</summary>
    Failed,

    /// <summary>Its process ended without a word.</summary>
    Lost,

    /// <summary>It ran out of memory.</summary>
    OutOfMemory,

    /// <summary>Its worker had to leave, and handed it back with what it had computed.</summary>
    Preempted,
}
