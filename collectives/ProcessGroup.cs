namespace TuneGraph.Collectives;

/// <summary>How an all-reduce combines the ranks' values.</summary>
public enum ReduceOp
{
    /// <summary>Sum in rank order.</summary>
    Sum,
    /// <summary>Sum divided by the world size.</summary>
    Mean,
    /// <summary>Smallest value.</summary>
    Min,
    /// <summary>Largest value.</summary>
    Max,
}

/// <summary>A rank's membership in a group that exchanges numbers.</summary>
public abstract class ProcessGroup : IDisposable
{
    /// <summary>This member's number, 0 to <see cref="WorldSize"/> - 1.</summary>
    public abstract int Rank { get; }
    /// <summary>Number of members.</summary>
    public abstract int WorldSize { get; }
    /// <summary>Reduces elementwise over all ranks, in place.</summary>
    public abstract void AllReduce(Span<float> values, ReduceOp op = ReduceOp.Sum);
    /// <summary>Reduces elementwise over all ranks, in place.</summary>
    public abstract void AllReduce(Span<double> values, ReduceOp op = ReduceOp.Sum);
    /// <summary>Copies the root's bytes to all ranks.</summary>
    public abstract void Broadcast(Span<byte> values, int root = 0);
    /// <summary>Waits for all ranks.</summary>
    public abstract void Barrier();
    /// <summary>Ends every rank's current and future call with <see cref="CollectiveAbortedException"/>.</summary>
    public abstract void Abort(string reason);
    /// <summary>Leaves the group.</summary>
    public void Dispose() => GC.SuppressFinalize(this);
}

/// <summary>A rank gave up the group.</summary>
public sealed class CollectiveAbortedException(string reason, int rank)
    : Exception($"Rank {rank} aborted the process group: {reason}")
{
    /// <summary>Why.</summary>
    public string Reason { get; } = reason;
    /// <summary>Who.</summary>
    public int Rank { get; } = rank;
}
