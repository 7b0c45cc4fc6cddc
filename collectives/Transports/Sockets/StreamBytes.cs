namespace TuneGraph.Collectives;

/// <summary>Whole messages over a stream, for the few that do not belong to a collective.</summary>
internal static class StreamBytes
{
    /// <summary>False if the other end closed before the first byte.</summary>
    internal static async Task<bool> ReceiveAllAsync(this Stream stream, Memory<byte> bytes)
    {
        var count = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false).ConfigureAwait(false);
        if (count == bytes.Length) return true;
        return count == 0 ? false : throw new IOException("The other end closed the connection amid a message.");
    }
}
