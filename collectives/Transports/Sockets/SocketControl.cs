using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace TuneGraph.Collectives;

/// <summary>
/// The control connections of one member: answers where this rank is even while its thread computes, learns of aborts
/// and of ranks that left, and takes a connection that ends without a farewell for a lost rank.
/// </summary>
internal sealed class SocketControl
{
    // A frame: kind, rank, text length, inside (4 bytes each), the call (64 bytes), then the text of an abort.
    private const int FrameBytes = 16 + BoardLayout.CallBytes;
    private const int TextBytes = 4000;
    private const int SendMilliseconds = 1000;
    private static readonly TimeSpan _askEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _farewellTime = TimeSpan.FromSeconds(5);

    private readonly int _rank;
    private readonly PeerSockets?[] _peers;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly RankStatus[] _statuses;
    private readonly object _room = new();
    private AbortNotice? _notice;
    private long _lastAsked;
    private int _open;
    private bool _left;

    private enum FrameKind
    {
        Ask = 1,
        Answer,
        Abort,
        Farewell,
    }

    internal SocketControl(int rank, PeerSockets?[] peers, TimeProvider clock)
    {
        _rank = rank;
        _peers = peers;
        _clock = clock;
        _statuses = new RankStatus[peers.Length];
        _open = peers.Length - 1;
        for (var peer = 0; peer < peers.Length; peer++)
        {
            if (peers[peer] is not { } sockets) continue;
            sockets.Control.WriteTimeout = SendMilliseconds;
            _ = ListenAsync(peer, sockets);
        }
    }

    internal AbortNotice? Notice => Volatile.Read(ref _notice);

    internal void Publish(in CollectiveCall call, bool inside)
    {
        lock (_gate) _statuses[_rank] = new(call, inside, Departed: false);
    }

    internal RankStatus StatusOf(int rank)
    {
        lock (_gate) return _statuses[rank];
    }

    /// <summary>Tells all where this rank is and asks the same, at most every 100 ms.</summary>
    internal void AskAll()
    {
        if (_lastAsked != 0 && _clock.GetElapsedTime(_lastAsked) < _askEvery) return;
        _lastAsked = _clock.GetTimestamp();
        SendAll(FrameKind.Ask, _rank, "");
    }

    internal void Abort(AbortNotice notice)
    {
        if (Interlocked.CompareExchange(ref _notice, notice, null) is not null) return;
        Wake();
        SendAll(FrameKind.Abort, notice.Rank, notice.Reason);
    }

    /// <summary>Sleeps until something was heard, or the time is over.</summary>
    internal void Wait(TimeSpan atMost)
    {
        lock (_room) Monitor.Wait(_room, atMost);
    }

    private void Wake()
    {
        lock (_room) Monitor.PulseAll(_room);
    }

    /// <summary>
    /// Says farewell and ends the data streams after what was sent. The control connections stay until the others leave
    /// too, or for five seconds, because closing them at once could destroy the farewell on its way.
    /// </summary>
    internal void Leave()
    {
        lock (_gate)
        {
            if (_left) return;
            _left = true;
        }
        foreach (var peer in _peers.OfType<PeerSockets>())
            Quietly(peer, sockets => sockets.EndData());
        SendAll(FrameKind.Farewell, _rank, "");
        foreach (var peer in _peers.OfType<PeerSockets>())
            Quietly(peer, sockets => sockets.ControlSocket.Shutdown(SocketShutdown.Send));
        if (Volatile.Read(ref _open) > 0) _ = CloseLaterAsync();
        else CloseAll();
    }

    private async Task CloseLaterAsync()
    {
        await Task.Delay(_farewellTime).ConfigureAwait(false);
        CloseAll();
    }

    private void CloseAll()
    {
        foreach (var peer in _peers.OfType<PeerSockets>()) peer.Dispose();
    }

    private async Task ListenAsync(int peer, PeerSockets sockets)
    {
        // Leaves the constructor before the first read.
        await Task.Yield();
        var frame = new byte[FrameBytes];
        try
        {
            while (await sockets.Control.ReceiveAllAsync(frame).ConfigureAwait(false))
                await TakeAsync(peer, sockets, frame).ConfigureAwait(false);
            if (!StatusOf(peer).Departed) Lose(peer, "its connection ended without a farewell: the process died.");
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            if (!StatusOf(peer).Departed) Lose(peer, $"its connection broke: {e.Message}");
        }
        Wake();
        if (Interlocked.Decrement(ref _open) == 0 && Volatile.Read(ref _left)) CloseAll();
    }

    private void Lose(int peer, string reason)
    {
        if (!Volatile.Read(ref _left)) Interlocked.CompareExchange(ref _notice, new(peer, reason), null);
    }

    private async Task TakeAsync(int peer, PeerSockets sockets, byte[] frame)
    {
        var kind = (FrameKind)MemoryMarshal.Read<int>(frame);
        var rank = MemoryMarshal.Read<int>(frame.AsSpan(4));
        var length = MemoryMarshal.Read<int>(frame.AsSpan(8));
        if (length is < 0 or > TextBytes)
            throw new IOException($"A control message of rank {peer} claims {length} bytes of text.");
        var text = new byte[length];
        await sockets.Control.ReceiveAllAsync(text).ConfigureAwait(false);
        // Whereabouts before the notice: who sees the notice can then also see a mismatch that led to it.
        lock (_gate)
        {
            var inside = MemoryMarshal.Read<int>(frame.AsSpan(12)) != 0;
            var departed = kind == FrameKind.Farewell || _statuses[peer].Departed;
            _statuses[peer] = new(MemoryMarshal.Read<CollectiveCall>(frame.AsSpan(16)), inside, departed);
        }
        if (kind == FrameKind.Abort)
            Interlocked.CompareExchange(ref _notice, new(rank, Encoding.UTF8.GetString(text)), null);
        if (kind == FrameKind.Ask) Quietly(sockets, asker => Send(asker, FrameKind.Answer, _rank, ""));
        Wake();
    }

    private void SendAll(FrameKind kind, int rank, string text)
    {
        foreach (var peer in _peers.OfType<PeerSockets>()) Quietly(peer, sockets => Send(sockets, kind, rank, text));
    }

    private void Send(PeerSockets sockets, FrameKind kind, int rank, string text)
    {
        var frame = new byte[FrameBytes + Math.Min(TextBytes, Encoding.UTF8.GetMaxByteCount(text.Length))];
        Encoding.UTF8.GetEncoder().Convert(text, frame.AsSpan(FrameBytes), true, out _, out var used, out _);
        MemoryMarshal.Write(frame, (int)kind);
        MemoryMarshal.Write(frame.AsSpan(4), rank);
        MemoryMarshal.Write(frame.AsSpan(8), used);
        lock (sockets.ControlGate)
        {
            var own = StatusOf(_rank);
            MemoryMarshal.Write(frame.AsSpan(12), own.Inside ? 1 : 0);
            MemoryMarshal.Write(frame.AsSpan(16), own.Call);
            sockets.Control.Write(frame.AsSpan(0, FrameBytes + used));
        }
    }

    // A peer that cannot be told any more is found lost by its reader; nothing is decided here.
    private static void Quietly(PeerSockets sockets, Action<PeerSockets> act)
    {
        try
        {
            act(sockets);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
        }
    }
}
