using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>A worker (a process with slots) as it introduces itself.</summary>
public sealed record WorkerSpec
{
    /// <summary>The worker's name.</summary>
    public required WorkerId Id { get; init; }

    /// <summary>How many ranks it runs at once. At least 1, the default.</summary>
    public int Slots
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Slots)); field = value; }
    } = 1;

    /// <summary>What it has besides slots. Nothing by default.</summary>
    public ResourceVector Resources { get; init; } = ResourceVector.None;

    /// <summary>Free texts that tasks may ask for, for example <c>gpu=a100</c>. Empty by default.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>
    /// Memory for results and tasks, in bytes, that pausing and spilling are measured against. 0, the default,
    /// switches both off.
    /// </summary>
    public long MemoryLimitBytes
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 0, nameof(MemoryLimitBytes)); field = value; }
    }

    /// <inheritdoc/>
    public bool Equals(WorkerSpec? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Id == other.Id && Slots == other.Slots && Resources == other.Resources
            && Labels.SequenceEqual(other.Labels) && MemoryLimitBytes == other.MemoryLimitBytes);

    /// <inheritdoc/>
    public override int GetHashCode() => Id.GetHashCode();
}
