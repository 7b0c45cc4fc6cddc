using System.Net.Sockets;

namespace TuneGraph.Collectives;

/// <summary>Whole buffers over a blocking socket, for the few messages outside the data streams.</summary>
internal static class SocketBytes
{
    internal static void SendAll(this Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[socket.Send(bytes)..];
    }

    internal static void ReceiveAll(this Socket socket, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = socket.Receive(bytes);
            if (count == 0) throw new IOException("The other end closed the connection.");
            bytes = bytes[count..];
        }
    }

    /// <summary>False if the other end closed before the first byte.</summary>
    internal static async Task<bool> ReceiveAllAsync(this Socket socket, Memory<byte> bytes)
    {
        var first = true;
        while (!bytes.IsEmpty)
        {
            var count = await socket.ReceiveAsync(bytes).ConfigureAwait(false);
            if (count == 0)
                return first ? false : throw new IOException("The other end closed the connection amid a message.");
            first = false;
            bytes = bytes[count..];
        }
        return true;
    }
}
