using System.Collections.Immutable;

namespace TuneGraph.Collectives;

/// <summary>
/// One rank's membership in a group of ranks that exchange values by collectives. Every rank makes the same calls in
/// the same order with equal lengths, element types and operations; each call returns when this rank's part is done.
/// </summary>
/// <remarks>
/// <para>Elements may be <see cref="float"/>, <see cref="double"/>, <see cref="Half"/>, <see cref="BFloat16"/>,
/// <see cref="int"/>, <see cref="long"/>; <see cref="byte"/> where nothing is reduced. Results of reductions are the
/// same bits on every rank, and on every run with the same inputs, world size and settings.</para>
/// <para>A call never hangs in silence: it throws <see cref="CollectiveMismatchException"/> if the ranks' calls differ,
/// <see cref="CollectiveStalledException"/> naming the missing ranks after <see cref="ProcessGroupOptions.StallTime"/>,
/// and <see cref="CollectiveAbortedException"/> naming the rank that aborted, failed or left. Any of these, and a
/// cancellation inside a call, ends the group for all ranks: later calls throw
/// <see cref="CollectiveAbortedException"/>.</para>
/// <para>Calls of several threads on one member run one after the other; <see cref="Abort"/> may be called any
/// time.</para>
/// </remarks>
public abstract unsafe class ProcessGroup : IDisposable
{
    private readonly Transport _transport;
    private readonly ProcessGroupOptions _options;
    private readonly AllReduceChoice _choice;
    private CallLabel _tag;

    /// <summary>A group over a transport, which it owns from then on.</summary>
    /// <param name="transport">How this rank reaches the others.</param>
    /// <param name="options">Equal on all ranks.</param>
    protected ProcessGroup(Transport transport, ProcessGroupOptions options)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(options);
        _transport = transport;
        _choice = new(options, transport);
        _options = options;
        Runner = new(transport, options);
    }

    /// <summary>A group over any transport, such as a <see cref="FaultyTransport"/>, which it owns from then
    /// on.</summary>
    /// <param name="transport">How this rank reaches the others.</param>
    /// <param name="options">Equal on all ranks; null for the defaults.</param>
    public static ProcessGroup Over(Transport transport, ProcessGroupOptions? options = null) =>
        new TransportGroup(transport, options ?? new());

    /// <summary>This member's rank, 0 … <see cref="WorldSize"/> − 1.</summary>
    public int Rank => _transport.Rank;

    /// <summary>
    /// Number of ranks, at least 1. With 1, collectives leave the values as they are and cost next to nothing.
    /// </summary>
    public int WorldSize => _transport.WorldSize;

    /// <summary>
    /// Whether every rank reaches every rank's vectors, so that an all-reduce is a matter of memory and not of
    /// messages.
    /// </summary>
    public bool SharesMemory => _transport.Board is not null;

    /// <summary>What this rank has sent so far.</summary>
    public TrafficCounters Traffic => Runner.Traffic;

    /// <summary>
    /// What the calls made from now on are for, such as a layer's name: shown in errors and on the timeline, and
    /// compared between the ranks like the rest of a call. At most 24 bytes of UTF-8 are kept. Default empty. Set by
    /// the thread that makes the calls.
    /// </summary>
    public string Label
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value == field) return;
            field = value;
            _tag = new(value);
        }
    } = "";

    internal CollectiveRunner Runner { get; }

    /// <summary>Replaces every rank's values by their reduction over all ranks.</summary>
    /// <param name="values">In place; any length, equal on all ranks.</param>
    /// <param name="op">How values are combined; <see cref="ReduceOp.Mean"/> for floating-point elements only.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over; see the class.</exception>
    public void AllReduce<T>(Span<T> values, ReduceOp op = ReduceOp.Sum, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        fixed (T* data = values) Runner.Run(AllReduceWork(data, values.Length, op, cancellationToken));
    }

    /// <summary>
    /// Gives rank r shard r of the reduction over all ranks, where <see cref="ShardRange"/> says which elements that
    /// is.
    /// </summary>
    /// <param name="input">The whole vector; equal length on all ranks.</param>
    /// <param name="output">Takes this rank's shard; must have its length, and may be that very part of
    /// <paramref name="input"/>, but not overlap it otherwise.</param>
    /// <param name="op">How values are combined; <see cref="ReduceOp.Mean"/> for floating-point elements only.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over; see the class.</exception>
    public void ReduceScatter<T>(
        ReadOnlySpan<T> input, Span<T> output, ReduceOp op = ReduceOp.Sum,
        CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        var call = Sharded<T>(CollectiveKind.ReduceScatter, input.Length, output.Length, nameof(output), op);
        Run(call, input, output, cancellationToken);
    }

    /// <summary>
    /// Gives every rank all ranks' shards in rank order; the inverse of cutting by <see cref="ShardRange"/>.
    /// </summary>
    /// <param name="input">This rank's shard of a vector of <paramref name="output"/>'s length; may be that very part
    /// of it.</param>
    /// <param name="output">Takes the whole vector; equal length on all ranks.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over; see the class.</exception>
    public void AllGather<T>(ReadOnlySpan<T> input, Span<T> output, CancellationToken cancellationToken = default)
        where T : unmanaged =>
        Run(
            Sharded<T>(CollectiveKind.AllGather, output.Length, input.Length, nameof(input)),
            input, output, cancellationToken);

    /// <summary>Replaces every rank's values by the root's.</summary>
    /// <param name="values">Read on the root, overwritten elsewhere; equal length on all ranks.</param>
    /// <param name="root">The rank whose values all get. Default 0.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over; see the class.</exception>
    public void Broadcast<T>(Span<T> values, int root = 0, CancellationToken cancellationToken = default)
        where T : unmanaged =>
        Run(Rooted<T>(CollectiveKind.Broadcast, values.Length, root), values, values, cancellationToken);

    /// <summary>Replaces the root's values by the reduction over all ranks; the other ranks keep theirs.</summary>
    /// <param name="values">Equal length on all ranks.</param>
    /// <param name="root">The rank that gets the reduction. Default 0.</param>
    /// <param name="op">How values are combined; <see cref="ReduceOp.Mean"/> for floating-point elements only.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over; see the class.</exception>
    public void Reduce<T>(
        Span<T> values, int root = 0, ReduceOp op = ReduceOp.Sum, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        _ = ReduceKernel.For(ElementTypes.Of<T>(), op);
        Run(Rooted<T>(CollectiveKind.Reduce, values.Length, root) with { Op = op }, values, values, cancellationToken);
    }

    /// <summary>Gives the root all ranks' shards in rank order.</summary>
    /// <param name="input">This rank's shard of a vector of <paramref name="elements"/>.</param>
    /// <param name="output">On the root, takes the whole vector; elsewhere ignored, may be empty.</param>
    /// <param name="elements">Length of the whole vector; equal on all ranks.</param>
    /// <param name="root">The rank that gets the vector. Default 0.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over; see the class.</exception>
    public void Gather<T>(
        ReadOnlySpan<T> input, Span<T> output, long elements, int root = 0,
        CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        var call = Sharded<T>(CollectiveKind.Gather, elements, input.Length, nameof(input));
        if (Rank == root) CheckLength(output.Length, elements, nameof(output));
        Run(call with { Root = CheckRank(root) }, input, output, cancellationToken);
    }

    /// <summary>Gives rank r shard r of the root's vector.</summary>
    /// <param name="input">On the root, the whole vector; elsewhere ignored, may be empty.</param>
    /// <param name="output">Takes this rank's shard of a vector of <paramref name="elements"/>.</param>
    /// <param name="elements">Length of the whole vector; equal on all ranks.</param>
    /// <param name="root">The rank whose vector is given out. Default 0.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over; see the class.</exception>
    public void Scatter<T>(
        ReadOnlySpan<T> input, Span<T> output, long elements, int root = 0,
        CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        var call = Sharded<T>(CollectiveKind.Scatter, elements, output.Length, nameof(output));
        if (Rank == root) CheckLength(input.Length, elements, nameof(input));
        Run(call with { Root = CheckRank(root) }, input, output, cancellationToken);
    }

    /// <summary>Cuts every rank's vector in N equal blocks; block r of rank s becomes block s of rank r.</summary>
    /// <param name="input">A multiple of <see cref="WorldSize"/> elements; equal length on all ranks.</param>
    /// <param name="output">As long as <paramref name="input"/>, not overlapping it.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over; see the class.</exception>
    public void AllToAll<T>(ReadOnlySpan<T> input, Span<T> output, CancellationToken cancellationToken = default)
        where T : unmanaged
    {
        CheckLength(output.Length, input.Length, nameof(output));
        if (input.Length % WorldSize != 0)
            throw new ArgumentException(
                $"All-to-all got {input.Length} elements, which {WorldSize} ranks cannot share equally; pad the "
                + "vector.",
                nameof(input));
        Run(Call<T>(CollectiveKind.AllToAll, input.Length), input, output, cancellationToken);
    }

    /// <summary>
    /// Sends a message to another rank, which must <see cref="Receive"/> it. May return before it has.
    /// </summary>
    /// <param name="values">Any length.</param>
    /// <param name="to">Another rank.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over; see the class.</exception>
    public void Send<T>(ReadOnlySpan<T> values, int to, CancellationToken cancellationToken = default)
        where T : unmanaged =>
        Run(
            Call<T>(CollectiveKind.Send, values.Length) with { Root = CheckPeer(to) },
            values, default, cancellationToken);

    /// <summary>
    /// Receives a message of another rank; messages of one rank come in the order in which it sent them.
    /// </summary>
    /// <param name="values">As long as what was sent.</param>
    /// <param name="from">Another rank.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over; see the class.</exception>
    public void Receive<T>(Span<T> values, int from, CancellationToken cancellationToken = default)
        where T : unmanaged =>
        Run(
            Call<T>(CollectiveKind.Receive, values.Length) with { Root = CheckPeer(from) },
            default, values, cancellationToken);

    /// <summary>Returns when every rank has called it.</summary>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over; see the class.</exception>
    public void Barrier(CancellationToken cancellationToken = default) =>
        Runner.Run(new(Call<byte>(CollectiveKind.Barrier, 0), null, null, cancellationToken));

    /// <summary>
    /// Makes an independent group of some of the ranks. A collective: every rank of this group calls it, members or
    /// not. A member's rank in the new group is its place in the list. The groups end independently.
    /// </summary>
    /// <param name="ranks">Ranks of this group, ascending, at least one; equal on all ranks.</param>
    /// <param name="cancellationToken">Ends the wait, and with it this group.</param>
    /// <returns>This rank's member of the new group, to be disposed; null if this rank is not on the list.</returns>
    /// <exception cref="CollectiveException">The group is over; see the class.</exception>
    public ProcessGroup? CreateSubGroup(ReadOnlySpan<int> ranks, CancellationToken cancellationToken = default)
    {
        ImmutableArray<int> members = [.. ranks];
        var ascending = members.Zip(members.Skip(1)).All(pair => pair.First < pair.Second);
        if (members.IsEmpty || !ascending || members[0] < 0 || members[^1] >= WorldSize)
            throw new ArgumentException(
                $"The sub-group [{string.Join(", ", members)}] must list ranks 0 … {WorldSize - 1} in ascending order, "
                + "at least one.",
                nameof(ranks));
        // The list's hash stands in for its length, so that different lists are a mismatch.
        var hash = members.Aggregate(17L, (sum, rank) => unchecked((sum * 1_000_003) + rank));
        Runner.Run(new(Call<byte>(CollectiveKind.Split, hash), null, null, cancellationToken));
        return members.Contains(Rank) ? new TransportGroup(_transport.Split(members, Runner.Sequence), _options) : null;
    }

    /// <summary>
    /// Binds the calling thread, and threads that it starts from then on, to a processor of this rank's own, so that
    /// the ranks of one host do not displace each other. Not the group's own thread, which goes where there is room.
    /// Only for a host that does nothing else: a thread that is bound cannot make way.
    /// </summary>
    /// <param name="first">
    /// How many of the processors that this process may use are left to others. Default 0.
    /// </param>
    /// <returns>
    /// Whether it was bound: false if the host's ranks outnumber the processors left, and elsewhere than on Linux.
    /// </returns>
    public bool BindThread(int first = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        var mates = _transport.Hosts.Mates;
        return ThreadScheduling.Processors >= first + mates.Length
            && ThreadScheduling.Bind(first + Array.IndexOf(mates, Rank));
    }

    /// <summary>
    /// Ends the group: every rank's current and future call throws <see cref="CollectiveAbortedException"/> with this
    /// reason and rank. The first abort stays. May be called by any thread.
    /// </summary>
    /// <param name="reason">For the people who will read the exception.</param>
    public void Abort(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        _transport.Abort(new(Rank, reason));
    }

    /// <summary>
    /// Leaves the group, after the running call if there is one. Ranks that wait for this one in a later call, now or
    /// then, throw <see cref="CollectiveAbortedException"/>.
    /// </summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Leaves the group.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing) Runner.Dispose();
    }

    internal CollectiveWork AllReduceWork<T>(T* data, long length, ReduceOp op, CancellationToken cancellationToken)
        where T : unmanaged
    {
        var algorithm = _choice.For(length * sizeof(T));
        var call = Call<T>(CollectiveKind.AllReduce, length) with { Op = op, Algorithm = algorithm };
        _ = ReduceKernel.For(call.Element, op);
        return new(call, (byte*)data, (byte*)data, cancellationToken);
    }

    internal CollectiveCall Rooted<T>(CollectiveKind kind, long elements, int root) where T : unmanaged =>
        Call<T>(kind, elements) with { Root = CheckRank(root) };

    internal CollectiveCall Sharded<T>(
        CollectiveKind kind, long elements, int shard, string name, ReduceOp op = ReduceOp.Sum) where T : unmanaged
    {
        CheckLength(shard, ShardRange.Of(elements, Rank, WorldSize).Length, name);
        var call = Call<T>(kind, elements) with { Op = op };
        if (kind == CollectiveKind.ReduceScatter) _ = ReduceKernel.For(call.Element, op);
        return call;
    }

    private CollectiveCall Call<T>(CollectiveKind kind, long elements) where T : unmanaged => new()
    {
        Kind = kind,
        Elements = elements,
        Element = ElementTypes.Of<T>(),
        Root = -1,
        Tag = Runner.ProgressTag ?? _tag,
    };

    private void Run<T>(
        in CollectiveCall call, ReadOnlySpan<T> input, Span<T> output, CancellationToken cancellationToken)
        where T : unmanaged
    {
        fixed (T* read = input, written = output) Runner.Run(new(call, (byte*)read, (byte*)written, cancellationToken));
    }

    private void CheckLength(int actual, long expected, string name)
    {
        if (actual != expected)
            throw new ArgumentException(
                $"The span has {actual} elements; rank {Rank} of {WorldSize} must give {expected} (see ShardRange.Of).",
                name);
    }

    private int CheckRank(int rank)
    {
        if (rank >= 0 && rank < WorldSize) return rank;
        throw new ArgumentOutOfRangeException(
            nameof(rank), rank, $"The rank must be 0 … {WorldSize - 1} in this group.");
    }

    private int CheckPeer(int rank)
    {
        if (CheckRank(rank) != Rank) return rank;
        throw new ArgumentOutOfRangeException(
            nameof(rank), rank, "A rank cannot exchange messages with itself; copy the values.");
    }
}
