using System.Net.Sockets;

namespace TuneGraph.Collectives;

/// <summary>The two connections to one other rank: values flow on one, whereabouts and aborts on the other, so that a
/// rank that does not read its values can still be told and asked.</summary>
internal sealed class PeerSockets(Socket data, Socket control) : IDisposable
{
    internal const int SmallRead = 4096;

    internal Socket Data { get; } = data;

    internal Socket Control { get; } = control;

    /// <summary>Serialises writers of <see cref="Control"/>.</summary>
    internal Lock ControlGate { get; } = new();

    /// <summary>Bytes read ahead, so that a header and a short payload cost one system call.</summary>
    internal byte[] Ahead { get; } = new byte[2 * SmallRead];

    internal int AheadStart { get; set; }

    internal int AheadEnd { get; set; }

    /// <summary>Whether the other end will send no more values.</summary>
    internal bool DataEnded { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Data.Dispose();
        Control.Dispose();
    }
}
