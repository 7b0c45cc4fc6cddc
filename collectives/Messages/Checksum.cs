using System.Numerics;
using System.Runtime.InteropServices;

namespace TuneGraph.Collectives;

/// <summary>CRC-32C (Castagnoli), eight bytes per instruction where the processor has one.</summary>
internal static class Checksum
{
    /// <summary>Goes on from the sum of the bytes before; 0 begins.</summary>
    internal static uint Append(uint sum, ReadOnlySpan<byte> bytes)
    {
        sum = ~sum;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes)) sum = BitOperations.Crc32C(sum, word);
        foreach (var rest in bytes[(bytes.Length & ~7)..]) sum = BitOperations.Crc32C(sum, rest);
        return ~sum;
    }

    /// <summary>The sum that belongs into a header.</summary>
    internal static uint Of(in MessageHeader header) =>
        Append(0, MemoryMarshal.AsBytes(new ReadOnlySpan<MessageHeader>(in header))[..^sizeof(uint)]);
}
