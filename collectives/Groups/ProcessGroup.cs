namespace TuneGraph.Collectives;

/// <summary>
/// One rank's membership in a group of ranks that exchange values by collectives. Every rank makes the same calls in the same
/// order with equal lengths, element types and operations; each call returns when this rank's part is done.
/// </summary>
/// <remarks>
/// <para>Elements may be <see cref="float"/>, <see cref="double"/>, <see cref="Half"/>, <see cref="BFloat16"/>,
/// <see cref="int"/>, <see cref="long"/>; <see cref="byte"/> where nothing is reduced. Results of reductions are the same
/// bits on every rank, and on every run with the same inputs, world size and settings.</para>
/// <para>A call never hangs in silence: it throws <see cref="CollectiveMismatchException"/> if the ranks' calls differ,
/// <see cref="CollectiveStalledException"/> naming the missing ranks after <see cref="ProcessGroupOptions.StallTime"/>, and
/// <see cref="CollectiveAbortedException"/> naming the rank that aborted, failed or left. Any of these, and a cancellation
/// inside a call, ends the group for all ranks: later calls throw <see cref="CollectiveAbortedException"/>.</para>
/// <para>Calls of several threads on one member run one after the other; <see cref="Abort"/> may be called any time.</para>
/// </remarks>
public abstract unsafe class ProcessGroup : IDisposable
{
    private readonly Transport _transport;
    private readonly CollectiveRunner _runner;
    private readonly AllReduceChoice _choice;

    /// <summary>A group over a transport, which it owns from then on.</summary>
    /// <param name="transport">How this rank reaches the others.</param>
    /// <param name="options">Equal on all ranks.</param>
    protected ProcessGroup(Transport transport, ProcessGroupOptions options)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(options);
        _transport = transport;
        _choice = new(options, transport.WorldSize, transport.Board is not null);
        _runner = new(transport, options);
    }

    /// <summary>This member's rank, 0 … <see cref="WorldSize"/> − 1.</summary>
    public int Rank => _transport.Rank;

    /// <summary>Number of ranks, at least 1. With 1, collectives leave the values as they are and cost next to nothing.</summary>
    public int WorldSize => _transport.WorldSize;

    /// <summary>What this rank has sent so far.</summary>
    public TrafficCounters Traffic => _runner.Traffic;

    /// <summary>Replaces every rank's values by their reduction over all ranks.</summary>
    /// <param name="values">In place; any length, equal on all ranks.</param>
    /// <param name="op">How values are combined; <see cref="ReduceOp.Mean"/> for floating-point elements only.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over; see the class.</exception>
    public void AllReduce<T>(Span<T> values, ReduceOp op = ReduceOp.Sum, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        var element = ElementTypes.Of<T>();
        _ = ReduceKernel.For(element, op);
        fixed (T* data = values)
        {
            var call = Call<T>(CollectiveKind.AllReduce, values.Length) with { Op = op };
            var algorithm = _choice.For(values.Length * (long)sizeof(T));
            _runner.Run(new(call with { Algorithm = algorithm }, (byte*)data, (byte*)data, cancellationToken));
        }
    }

    /// <summary>Replaces every rank's values by the root's.</summary>
    /// <param name="values">Read on the root, overwritten elsewhere; equal length on all ranks.</param>
    /// <param name="root">The rank whose values all get. Default 0.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over; see the class.</exception>
    public void Broadcast<T>(Span<T> values, int root = 0, CancellationToken cancellationToken = default) where T : unmanaged
    {
        CheckRank(root, nameof(root));
        fixed (T* data = values)
        {
            var call = Call<T>(CollectiveKind.Broadcast, values.Length) with { Root = root };
            _runner.Run(new(call, (byte*)data, (byte*)data, cancellationToken));
        }
    }

    /// <summary>Returns when every rank has called it.</summary>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over; see the class.</exception>
    public void Barrier(CancellationToken cancellationToken = default) =>
        _runner.Run(new(Call<byte>(CollectiveKind.Barrier, 0), null, null, cancellationToken));

    /// <summary>
    /// Ends the group: every rank's current and future call throws <see cref="CollectiveAbortedException"/> with this reason
    /// and rank. The first abort stays. May be called by any thread.
    /// </summary>
    /// <param name="reason">For the people who will read the exception.</param>
    public void Abort(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        _transport.Abort(new(Rank, reason));
    }

    /// <summary>
    /// Leaves the group, after the running call if there is one. Ranks that wait for this one in a later call, now or then,
    /// throw <see cref="CollectiveAbortedException"/>.
    /// </summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Leaves the group.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) _runner.Dispose();
    }

    private static CollectiveCall Call<T>(CollectiveKind kind, long elements) where T : unmanaged =>
        new() { Kind = kind, Elements = elements, Element = ElementTypes.Of<T>(), Root = -1 };

    private void CheckRank(int rank, string name)
    {
        if (rank < 0 || rank >= WorldSize)
            throw new ArgumentOutOfRangeException(name, rank, $"The rank must be 0 … {WorldSize - 1} in this group.");
    }
}
