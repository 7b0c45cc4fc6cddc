using System.Collections.Immutable;
using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>
/// A transport that fails as networks do, at points drawn from a seed: it takes and gives fewer bytes than asked, or
/// none for a while, and breaks for good at a given operation.
/// </summary>
internal sealed class FaultyTransport(Transport inner, int seed, long breaksAt = long.MaxValue)
    : Transport(inner.Rank, inner.WorldSize)
{
    private readonly Random _random = new(seed);
    private long _operations;

    public override AbortNotice? Notice => inner.Notice;

    public override int TryWrite(int to, ReadOnlySpan<byte> bytes) =>
        Allowed(bytes.Length) is var count and > 0 ? inner.TryWrite(to, bytes[..count]) : 0;

    public override int TryRead(int from, Span<byte> bytes) =>
        Allowed(bytes.Length) is var count and > 0 ? inner.TryRead(from, bytes[..count]) : 0;

    public override long PreparePark() => inner.PreparePark();

    public override void CancelPark() => inner.CancelPark();

    public override void Park(long ticket, int to, int from, TimeSpan atMost) =>
        inner.Park(ticket, to, from, TimeSpan.Zero);

    public override void Publish(in CollectiveCall call, bool inside) => inner.Publish(call, inside);

    public override RankStatus StatusOf(int rank) => inner.StatusOf(rank);

    public override void Abort(AbortNotice notice) => inner.Abort(notice);

    public override Transport Split(ImmutableArray<int> members, long key) =>
        new FaultyTransport(inner.Split(members, key), _random.Next());

    protected override void Dispose(bool disposing) => inner.Dispose();

    private int Allowed(int length)
    {
        if (++_operations >= breaksAt) throw new IOException($"The cable of rank {Rank} broke.");
        return _random.Next(3) == 0 ? 0 : _random.Next(1, length + 1);
    }
}

/// <summary>A group over any transport.</summary>
internal sealed class GroupOver(Transport transport, ProcessGroupOptions options) : ProcessGroup(transport, options);
