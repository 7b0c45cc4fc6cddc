namespace TuneGraph.Collectives;

/// <summary>Ranks that meet on a board in memory which all of them can reach.</summary>
internal abstract class BoardTransport(int rank, int worldSize) : Transport(rank, worldSize)
{
    private bool _disposed;

    /// <inheritdoc/>
    public sealed override AbortNotice? Notice => Board.Notice;

    /// <inheritdoc/>
    public sealed override int TryWrite(int to, ReadOnlySpan<byte> bytes)
    {
        var count = Stream(Rank, to).TryWrite(bytes);
        if (count > 0) Board.Bell.Ring();
        return count;
    }

    /// <inheritdoc/>
    public sealed override int TryRead(int from, Span<byte> bytes)
    {
        var count = Stream(from, Rank).TryRead(bytes);
        if (count > 0) Board.Bell.Ring();
        return count;
    }

    /// <inheritdoc/>
    public sealed override long PreparePark() => Board.Bell.Prepare();

    /// <inheritdoc/>
    public sealed override void CancelPark() => Board.Bell.Cancel();

    /// <inheritdoc/>
    public sealed override void Park(long ticket, int to, int from, TimeSpan atMost) =>
        Board.Bell.Park(ticket, atMost);

    /// <inheritdoc/>
    public sealed override void Publish(in CollectiveCall call, bool inside) => Board.Publish(call, inside);

    /// <inheritdoc/>
    public sealed override RankStatus StatusOf(int rank) => Board.StatusOf(rank);

    /// <inheritdoc/>
    public sealed override void Abort(AbortNotice notice) => Board.Abort(notice);

    internal abstract override Board Board { get; }

    /// <summary>The byte queue from one rank to another.</summary>
    private protected abstract BoardStream Stream(int from, int to);

    /// <summary>Memory stays while somebody holds it; only the departure is told.</summary>
    protected sealed override void Dispose(bool disposing)
    {
        if (_disposed) return;
        _disposed = true;
        Board.Depart();
    }
}
