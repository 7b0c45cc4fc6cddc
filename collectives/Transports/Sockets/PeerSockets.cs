using System.Net.Sockets;

namespace TuneGraph.Collectives;

/// <summary>The two connections to one other rank: values flow on one, whereabouts and aborts on the other, so that a
/// rank that does not read its values can still be told and asked.</summary>
/// <param name="data">Where values flow.</param>
/// <param name="dataStream">The same with TLS, or plain.</param>
/// <param name="control">Where whereabouts flow.</param>
/// <param name="controlStream">The same with TLS, or plain.</param>
internal sealed class PeerSockets(Socket data, Stream dataStream, Socket control, Stream controlStream) : IDisposable
{
    internal const int SmallRead = 4096;

    internal Socket Data { get; } = data;

    internal Stream DataStream { get; } = dataStream;

    internal Socket ControlSocket { get; } = control;

    internal Stream Control { get; } = controlStream;

    /// <summary>Carries the values where they are encrypted.</summary>
    internal TlsPipe? Pipe { get; set; }

    /// <summary>Serialises writers of <see cref="Control"/>.</summary>
    internal Lock ControlGate { get; } = new();

    /// <summary>Bytes read ahead, so that a header and a short payload cost one system call.</summary>
    internal byte[] Ahead { get; } = new byte[2 * SmallRead];

    internal int AheadStart { get; set; }

    internal int AheadEnd { get; set; }

    /// <summary>Whether the other end will send no more values.</summary>
    internal bool DataEnded { get; set; }

    /// <summary>Tells the other end, behind what was sent, that no more values come.</summary>
    internal void EndData()
    {
        if (Pipe is { } pipe) pipe.Complete();
        else Data.Shutdown(SocketShutdown.Send);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pipe?.Close();
        Data.Dispose();
        Control.Dispose();
        ControlSocket.Dispose();
    }
}
