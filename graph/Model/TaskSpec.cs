using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>
/// What a task needs and how it is to be treated. Compared by value: the same key with an equal spec is the same
/// task.
/// </summary>
public sealed record TaskSpec
{
    /// <summary>The task's name.</summary>
    public required TaskKey Key
    {
        get;
        init { ArgumentException.ThrowIfNullOrEmpty(value.Value, nameof(Key)); field = value; }
    }

    /// <summary>The tasks whose results this one reads, without repeats. Empty by default.</summary>
    public ImmutableArray<TaskKey> Dependencies { get; init; } = [];

    /// <summary>Of one group's tasks those of a higher priority go first, whatever their age. 0 by default.</summary>
    public int Priority { get; init; }

    /// <summary>
    /// The group that it counts to where workers are divided, set up by <see cref="GroupChanged"/>. Empty by default.
    /// Groups go before <see cref="Priority"/>, which orders the tasks of one group.
    /// </summary>
    public string Group { get; init; } = "";

    /// <summary>Gang size: how many slots the task takes, all at once or none. At least 1, the default.</summary>
    public int Ranks
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Ranks)); field = value; }
    } = 1;

    /// <summary>
    /// How the ranks lie over workers. <see cref="GangPlacement.Pack"/> by default; ignored when
    /// <see cref="Ranks"/> is 1.
    /// </summary>
    public GangPlacement Placement { get; init; }

    /// <summary>What each rank takes besides its slot. Nothing by default.</summary>
    public ResourceVector Resources { get; init; } = ResourceVector.None;

    /// <summary>Which workers may run it. Any by default.</summary>
    public WorkerConstraints Constraints { get; init; } = WorkerConstraints.None;

    /// <summary>
    /// How many further attempts follow a retriable failure. Lost workers don't count. Not negative; 0 by default.
    /// </summary>
    public int MaxRetries
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 0, nameof(MaxRetries)); field = value; }
    }

    /// <summary>The wait between attempts. None by default.</summary>
    public Backoff Backoff { get; init; } = Backoff.None;

    /// <summary>
    /// How long an attempt may run before it is stopped and counts as failed. Zero, the default, sets no limit.
    /// </summary>
    public TimeSpan Timeout
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(Timeout)); field = value; }
    }

    /// <summary>
    /// Tasks of one family are expected to take about as long and to produce about as much; both are learnt as moving
    /// averages. Empty, the default, takes the key up to its last <c>-</c> (<c>load-3</c> is of the family
    /// <c>load</c>).
    /// </summary>
    public string Family { get; init; } = "";

    /// <summary>
    /// How long an attempt should take, until the family has taught better. Zero, the default, is unknown.
    /// </summary>
    public TimeSpan EstimatedDuration { get; init; }

    /// <summary>
    /// How many bytes the result should have, until the family has taught better. 0, the default, is unknown.
    /// </summary>
    public long EstimatedBytes { get; init; }

    /// <summary>
    /// Whether the result is kept after its last dependent has finished, until <see cref="ResultsDropped"/>.
    /// False by default. The result of a task that no task depends on is always kept until then.
    /// </summary>
    public bool KeepResult { get; init; }

    /// <summary>
    /// A hash of all that determines the result. <see cref="GraphOptimizer"/> merges tasks of equal content. Null
    /// by default: never merged.
    /// </summary>
    public string? ContentKey { get; init; }

    /// <summary>The family's name, taken from the key where none is given.</summary>
    internal ReadOnlySpan<char> FamilyName
    {
        get
        {
            if (Family.Length > 0)
                return Family;
            var key = Key.Value.AsSpan();
            var cut = key.LastIndexOf('-');
            return cut > 0 ? key[..cut] : key;
        }
    }

    /// <inheritdoc/>
    public bool Equals(TaskSpec? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Key == other.Key && Group == other.Group
            && Priority == other.Priority && Ranks == other.Ranks && Placement == other.Placement
            && MaxRetries == other.MaxRetries && Timeout == other.Timeout && KeepResult == other.KeepResult
            && EstimatedDuration == other.EstimatedDuration && EstimatedBytes == other.EstimatedBytes
            && Family == other.Family && ContentKey == other.ContentKey
            && Backoff == other.Backoff && Resources == other.Resources && Constraints == other.Constraints
            && Dependencies.AsSpan().SequenceEqual(other.Dependencies.AsSpan()));

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode();
}
