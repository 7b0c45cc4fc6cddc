using System.Runtime.InteropServices;

namespace TuneGraph.Collectives;

/// <summary>What precedes every message's payload.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MessageHeader
{
    /// <summary>What the sender is doing.</summary>
    internal CollectiveCall Call;

    /// <summary>Length of the payload in bytes.</summary>
    internal long Bytes;

    /// <summary>Counts the messages of this pair of ranks in this direction, from 1.</summary>
    internal long Number;

    /// <summary>CRC-32C of the payload; 0 where messages are not checked.</summary>
    internal uint PayloadSum;

    /// <summary>CRC-32C of the fields above; 0 where messages are not checked.</summary>
    internal uint HeaderSum;
}
