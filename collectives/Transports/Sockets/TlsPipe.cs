using System.Net.Security;
using System.Net.Sockets;

namespace TuneGraph.Collectives;

/// <summary>
/// One encrypted data connection. TLS has no "would block", so two threads carry the bytes between it and two queues in
/// memory, which have. Nothing is allocated per step.
/// </summary>
internal sealed unsafe class TlsPipe
{
    private const int QueueBytes = 1 << 20;
    private const int PieceBytes = 64 * 1024;
    private static readonly TimeSpan _parkTime = TimeSpan.FromSeconds(1);

    private readonly Socket _socket;
    private readonly SslStream _stream;
    private readonly Bell _bell;
    private readonly PinnedMemory _outgoing = new(BoardLayout.StreamBytes + QueueBytes);
    private readonly PinnedMemory _incoming = new(BoardLayout.StreamBytes + QueueBytes);
    private bool _completed;
    private bool _ended;
    private bool _closed;

    /// <summary>Takes over the connection.</summary>
    /// <param name="socket">The socket below.</param>
    /// <param name="stream">Authenticated.</param>
    /// <param name="bell">Rung when bytes have come or gone.</param>
    /// <param name="name">Of the threads.</param>
    internal TlsPipe(Socket socket, SslStream stream, Bell bell, string name)
    {
        (_socket, _stream, _bell) = (socket, stream, bell);
        new Thread(() => Quietly(SendAll)) { IsBackground = true, Name = $"{name}, sending" }.Start();
        new Thread(Receive) { IsBackground = true, Name = $"{name}, receiving" }.Start();
    }

    /// <summary>Whether no more bytes will be queued; those that are may still be read.</summary>
    internal bool HasEnded => Volatile.Read(ref _ended);

    private BoardStream Outgoing => new(_outgoing.Start, QueueBytes);

    private BoardStream Incoming => new(_incoming.Start, QueueBytes);

    internal int TryWrite(ReadOnlySpan<byte> bytes)
    {
        var count = Outgoing.TryWrite(bytes);
        if (count > 0) _bell.Ring();
        return count;
    }

    internal int TryRead(Span<byte> bytes)
    {
        var count = Incoming.TryRead(bytes);
        if (count > 0) _bell.Ring();
        return count;
    }

    /// <summary>Sends what is queued, then says that nothing more comes.</summary>
    internal void Complete()
    {
        Volatile.Write(ref _completed, true);
        _bell.Ring();
    }

    internal void Close()
    {
        Volatile.Write(ref _closed, true);
        _bell.Ring();
        _stream.Dispose();
    }

    private void SendAll()
    {
        var piece = new byte[PieceBytes];
        while (true)
        {
            // Read before the queue: whatever was queued before the completion is then seen.
            var last = Volatile.Read(ref _completed);
            var count = Outgoing.TryRead(piece);
            if (count > 0)
            {
                _bell.Ring();
                _stream.Write(piece, 0, count);
            }
            else if (last) break;
            else if (!Park(sending: true)) return;
        }
        // Without TLS's own farewell, for which OpenSSL would read beside the thread that receives: two readers may
        // corrupt the heap. Nothing is lost by it: lengths are known, and the control connection tells who has left.
        _socket.Shutdown(SocketShutdown.Send);
    }

    private void Receive()
    {
        Quietly(ReceiveAll);
        Volatile.Write(ref _ended, true);
        _bell.Ring();
    }

    private void ReceiveAll()
    {
        var piece = new byte[PieceBytes];
        int count;
        while ((count = _stream.Read(piece, 0, PieceBytes)) > 0)
        {
            ReadOnlySpan<byte> rest = piece.AsSpan(0, count);
            while (!rest.IsEmpty)
            {
                var queued = Incoming.TryWrite(rest);
                rest = rest[queued..];
                if (queued > 0) _bell.Ring();
                else if (!Park(sending: false)) return;
            }
        }
    }

    /// <summary>Waits until there may be bytes to send, or room for those received; false once the pipe is
    /// closed.</summary>
    private bool Park(bool sending)
    {
        var ticket = _bell.Prepare();
        var ready = sending ? Volatile.Read(ref _completed) || Outgoing.HasBytes : Incoming.HasRoom;
        if (ready || Volatile.Read(ref _closed)) _bell.Cancel();
        else _bell.Park(ticket, _parkTime);
        return !Volatile.Read(ref _closed);
    }

    // A broken connection ends the stream, whatever TLS calls it (OpenSSL's own exception is internal to .NET); why it
    // broke, the control connection tells.
    private static void Quietly(Action body)
    {
        try
        {
            body();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
        }
    }
}
