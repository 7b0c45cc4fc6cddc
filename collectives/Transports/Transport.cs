using System.Collections.Immutable;

namespace TuneGraph.Collectives;

/// <summary>
/// What a process group stands on: one ordered byte stream from every rank to every other, the ranks' last known
/// whereabouts, and one abort notice. Everything above (messages, algorithms, stall detection) is the same for all
/// transports; <c>ProcessGroupConformance</c> in the tests states the contract.
/// </summary>
/// <remarks>
/// Data methods are called by one thread at a time. <see cref="Abort"/>, <see cref="Notice"/> and
/// <see cref="StatusOf"/> may be called by any thread.
/// </remarks>
public abstract class Transport : IDisposable
{
    /// <summary>Joins as <paramref name="rank"/> of <paramref name="worldSize"/>.</summary>
    /// <param name="rank">0 … <paramref name="worldSize"/> − 1.</param>
    /// <param name="worldSize">Number of ranks, at least 1.</param>
    protected Transport(int rank, int worldSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(worldSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, worldSize);
        Rank = rank;
        WorldSize = worldSize;
    }

    /// <summary>This member's rank, from 0.</summary>
    public int Rank { get; }

    /// <summary>Number of ranks.</summary>
    public int WorldSize { get; }

    /// <summary>Why the group ended, or null while it lives.</summary>
    public abstract AbortNotice? Notice { get; }

    /// <summary>Appends to the stream toward <paramref name="to"/> without waiting.</summary>
    /// <returns>How many bytes were taken, from the start; 0 when there is no room now.</returns>
    public abstract int TryWrite(int to, ReadOnlySpan<byte> bytes);

    /// <summary>Takes from the stream of <paramref name="from"/> without waiting.</summary>
    /// <returns>How many bytes were stored, from the start; 0 when none have come.</returns>
    public abstract int TryRead(int from, Span<byte> bytes);

    /// <summary>
    /// Announces that the caller is about to park; after it the caller looks once more for progress. The ticket lets
    /// <see cref="Park"/> return at once if something happened in between.
    /// </summary>
    public virtual long PreparePark() => 0;

    /// <summary>Takes back <see cref="PreparePark"/>, when the second look found progress.</summary>
    public virtual void CancelPark() { }

    /// <summary>
    /// Blocks until <paramref name="to"/> may have room, <paramref name="from"/> may have sent, anything else happened,
    /// or
    /// <paramref name="atMost"/> has passed. May return early for no reason. −1 stands for no rank.
    /// </summary>
    public abstract void Park(long ticket, int to, int from, TimeSpan atMost);

    /// <summary>Makes known where this rank is.</summary>
    public abstract void Publish(in CollectiveCall call, bool inside);

    /// <summary>Where a rank was when it was last heard of.</summary>
    public abstract RankStatus StatusOf(int rank);

    /// <summary>
    /// Asks the other ranks where they are; answers show in <see cref="StatusOf"/> later. Called while waiting.
    /// </summary>
    public virtual void RefreshStatus() { }

    /// <summary>Ends the group for every rank. The first notice stays.</summary>
    public abstract void Abort(AbortNotice notice);

    /// <summary>
    /// Opens an independent transport among some of the ranks; each of them calls it with equal arguments and becomes
    /// the rank that is its place in <paramref name="members"/>.
    /// </summary>
    /// <param name="members">Ranks of this transport, ascending, this one among them.</param>
    /// <param name="key">A number that all members agree on and that no other split of this transport had.</param>
    public abstract Transport Split(ImmutableArray<int> members, long key);

    /// <summary>The shared board, where ranks can reach each other's memory; else null.</summary>
    internal virtual Board? Board => null;

    /// <summary>Which ranks share a host; all, unless told otherwise.</summary>
    internal virtual HostMap Hosts => field ??= new([.. Enumerable.Repeat("", WorldSize)], Rank);

    /// <summary>Leaves the group. Ranks that still wait for this one are told so.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees what the transport holds; may be called more than once.</summary>
    protected abstract void Dispose(bool disposing);
}
