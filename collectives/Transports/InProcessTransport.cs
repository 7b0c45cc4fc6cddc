using System.Collections.Immutable;

namespace TuneGraph.Collectives;

/// <summary>Ranks that are threads of this process; all memory is common.</summary>
internal sealed unsafe class InProcessTransport : Transport
{
    private readonly InProcessHub _hub;
    private readonly Board _board;
    private bool _disposed;

    internal InProcessTransport(InProcessHub hub, int rank) : base(rank, hub.WorldSize)
    {
        _hub = hub;
        _board = new(hub.Memory, rank, hub.WorldSize, hub.Bell, window: null);
    }

    internal override Board Board => _board;

    /// <inheritdoc/>
    public override AbortNotice? Notice => _board.Notice;

    /// <inheritdoc/>
    public override int TryWrite(int to, ReadOnlySpan<byte> bytes)
    {
        var count = _hub.Stream(Rank, to).TryWrite(bytes);
        if (count > 0) _board.Bell.Ring();
        return count;
    }

    /// <inheritdoc/>
    public override int TryRead(int from, Span<byte> bytes)
    {
        var count = _hub.Stream(from, Rank).TryRead(bytes);
        if (count > 0) _board.Bell.Ring();
        return count;
    }

    /// <inheritdoc/>
    public override long PreparePark() => _board.Bell.Prepare();

    /// <inheritdoc/>
    public override void CancelPark() => _board.Bell.Cancel();

    /// <inheritdoc/>
    public override void Park(long ticket, int to, int from, TimeSpan atMost) => _board.Bell.Park(ticket, atMost);

    /// <inheritdoc/>
    public override void Publish(in CollectiveCall call, bool inside) => _board.Publish(call, inside);

    /// <inheritdoc/>
    public override RankStatus StatusOf(int rank) => _board.StatusOf(rank);

    /// <inheritdoc/>
    public override void Abort(AbortNotice notice) => _board.Abort(notice);

    /// <inheritdoc/>
    public override Transport Split(ImmutableArray<int> members, long key) =>
        new InProcessTransport(_hub.Join(members, key), members.IndexOf(Rank));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_disposed) return;
        _disposed = true;
        _board.Depart();
    }
}
