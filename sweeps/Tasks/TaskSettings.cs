using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>How a task of a <see cref="TaskRunner"/> is to be treated. Compared by value.</summary>
public sealed record TaskSettings
{
    internal static TaskSettings Default { get; } = new();

    /// <summary>Tasks of a higher priority go first. 0 by default.</summary>
    public int Priority { get; init; }

    /// <summary>How many further attempts follow a failure. Not negative; 0 by default.</summary>
    public int MaxRetries
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 0, nameof(MaxRetries)); field = value; }
    }

    /// <summary>The wait between attempts. None by default.</summary>
    public Backoff Backoff { get; init; } = Backoff.None;

    /// <summary>
    /// How long an attempt may run before its token is cancelled; if it ends by that, it has failed. Zero, the default,
    /// sets no limit.
    /// </summary>
    public TimeSpan Timeout
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(Timeout)); field = value; }
    }

    /// <summary>What it takes besides a thread, of what the runner offers. Nothing by default.</summary>
    public ResourceVector Resources { get; init; } = ResourceVector.None;
}
