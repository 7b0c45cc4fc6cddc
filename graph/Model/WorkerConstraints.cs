using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>Which workers a task may run on. Compared by value; the order within each list counts.</summary>
public sealed record WorkerConstraints
{
    /// <summary>Any worker will do.</summary>
    public static WorkerConstraints None { get; } = new();

    /// <summary>Labels that a worker must all carry, for example <c>gpu=a100</c>. Empty by default.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>The only workers allowed. Empty, the default, allows all.</summary>
    public ImmutableArray<WorkerId> Only { get; init; } = [];

    /// <summary>Workers never to use. Empty by default.</summary>
    public ImmutableArray<WorkerId> Excluded { get; init; } = [];

    /// <summary>Workers to use while one of them has room; otherwise any allowed worker. Empty by default.</summary>
    public ImmutableArray<WorkerId> Preferred { get; init; } = [];

    /// <summary>Whether nothing is asked for.</summary>
    public bool IsNone => Labels.IsEmpty && Only.IsEmpty && Excluded.IsEmpty && Preferred.IsEmpty;

    /// <summary>Whether a worker may run the task at all; its free room is not looked at.</summary>
    /// <param name="worker">The worker in question.</param>
    public bool Allow(WorkerSpec worker)
    {
        ArgumentNullException.ThrowIfNull(worker);
        return (Only.IsEmpty || Only.Contains(worker.Id))
            && !Excluded.Contains(worker.Id)
            && Labels.All(worker.Labels.Contains);
    }

    /// <inheritdoc/>
    public bool Equals(WorkerConstraints? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Labels.SequenceEqual(other.Labels) && Only.SequenceEqual(other.Only)
            && Excluded.SequenceEqual(other.Excluded) && Preferred.SequenceEqual(other.Preferred));

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var label in Labels)
            hash.Add(label);
        foreach (var worker in Only)
            hash.Add(worker);
        return HashCode.Combine(hash.ToHashCode(), Excluded.Length, Preferred.Length);
    }
}
