using System.Collections.Immutable;
using System.Net.Security;
using System.Net.Sockets;

namespace TuneGraph.Collectives;

/// <summary>Ranks connected pairwise by TCP or Unix domain sockets.</summary>
internal sealed class SocketTransport : Transport
{
    private readonly string _name;
    private readonly RendezvousStore _store;
    private readonly SocketOptions _options;
    private readonly PeerSockets?[] _peers;
    private readonly SocketControl _control;
    private readonly MonitorBell _bell = new(new(2 * BoardLayout.Line));
    private readonly SocketPoll _poll = new();
    private bool _disposed;

    internal SocketTransport(
        string name, int rank, int worldSize, RendezvousStore store, SocketOptions options,
        CancellationToken cancellationToken)
        : base(rank, worldSize)
    {
        _name = name;
        _store = store;
        _options = options;
        _peers = SocketMesh.Connect(name, rank, worldSize, store, options, cancellationToken);
        for (var peer = 0; peer < worldSize; peer++)
        {
            if (_peers[peer] is not { } sockets) continue;
            if (sockets.DataStream is SslStream secure)
                sockets.Pipe = new(sockets.Data, secure, _bell, $"rank {rank} to rank {peer}");
            else sockets.Data.Blocking = false;
        }
        Hosts = new([.. Enumerable.Range(0, worldSize).Select(peer => SocketMesh.HostOf(name, peer, store))], rank);
        _control = new(rank, _peers, options.TimeProvider);
    }

    internal override HostMap Hosts { get; }

    /// <inheritdoc/>
    public override AbortNotice? Notice => _control.Notice;

    /// <inheritdoc/>
    public override int TryWrite(int to, ReadOnlySpan<byte> bytes)
    {
        if (_peers[to]!.Pipe is { } pipe) return pipe.TryWrite(bytes);
        var sent = _peers[to]!.Data.Send(bytes, SocketFlags.None, out var error);
        if (error is SocketError.Success) return sent;
        // A lost peer shows on the control connection, with the reason; here it is only a stream that takes no more.
        return 0;
    }

    /// <inheritdoc/>
    public override int TryRead(int from, Span<byte> bytes)
    {
        var peer = _peers[from]!;
        if (peer.Pipe is { } pipe) return ReadPipe(peer, pipe, bytes);
        var ahead = peer.AheadEnd - peer.AheadStart;
        if (ahead == 0 && bytes.Length > PeerSockets.SmallRead) return Receive(peer, bytes);
        if (ahead == 0)
        {
            peer.AheadStart = 0;
            peer.AheadEnd = ahead = Receive(peer, peer.Ahead);
        }
        var count = Math.Min(ahead, bytes.Length);
        peer.Ahead.AsSpan(peer.AheadStart, count).CopyTo(bytes);
        peer.AheadStart += count;
        return count;
    }

    /// <inheritdoc/>
    public override long PreparePark() => _options.Encrypt ? _bell.Prepare() : 0;

    /// <inheritdoc/>
    public override void CancelPark()
    {
        if (_options.Encrypt) _bell.Cancel();
    }

    /// <inheritdoc/>
    public override void Park(long ticket, int to, int from, TimeSpan atMost)
    {
        if (_options.Encrypt)
        {
            _bell.Park(ticket, atMost);
            return;
        }
        var readable = from >= 0 && !_peers[from]!.DataEnded ? _peers[from]!.Data : null;
        var writable = to >= 0 && !_peers[to]!.DataEnded ? _peers[to]!.Data : null;
        if (readable is null && writable is null) _control.Wait(atMost);
        else _poll.Wait(readable, writable, atMost);
    }

    /// <inheritdoc/>
    public override void Publish(in CollectiveCall call, bool inside) => _control.Publish(call, inside);

    /// <inheritdoc/>
    public override RankStatus StatusOf(int rank)
    {
        var status = _control.StatusOf(rank);
        // What it sent last may still be on its way: it counts as gone when its stream has ended, or when it left
        // before the call that this rank is in, for which it can have sent nothing.
        var gone = status.Departed && (_peers[rank] is null or { DataEnded: true }
            || status.Call.Sequence < _control.StatusOf(Rank).Call.Sequence);
        return status with { Departed = gone };
    }

    /// <inheritdoc/>
    public override void RefreshStatus() => _control.AskAll();

    /// <inheritdoc/>
    public override void Abort(AbortNotice notice) => _control.Abort(notice);

    /// <inheritdoc/>
    public override Transport Split(ImmutableArray<int> members, long key) => new SocketTransport(
        $"{_name}/{key}-{string.Join('-', members)}", members.IndexOf(Rank), members.Length, _store, _options, default);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_disposed) return;
        _disposed = true;
        _control.Leave();
    }

    private static int ReadPipe(PeerSockets peer, TlsPipe pipe, Span<byte> bytes)
    {
        // Asked before the read: what was queued before the end is then seen.
        var ended = pipe.HasEnded;
        var count = pipe.TryRead(bytes);
        if (count == 0 && ended) peer.DataEnded = true;
        return count;
    }

    private static int Receive(PeerSockets peer, Span<byte> bytes)
    {
        var count = peer.Data.Receive(bytes, SocketFlags.None, out var error);
        if (error is SocketError.WouldBlock or SocketError.IOPending) return 0;
        if (error is not SocketError.Success || count == 0) peer.DataEnded = true;
        return error is SocketError.Success ? count : 0;
    }
}
