using System.Numerics;
using System.Runtime.InteropServices;

namespace TuneGraph.Worker;

/// <summary>CRC-32C (Castagnoli), eight bytes per instruction where the processor has one.</summary>
internal static class Crc32C
{
    /// <summary>Goes on from the sum of the bytes before; 0 begins.</summary>
    public static uint Append(uint sum, ReadOnlySpan<byte> bytes)
    {
        sum = ~sum;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
            sum = BitOperations.Crc32C(sum, word);
        foreach (var rest in bytes[(bytes.Length & ~7)..])
            sum = BitOperations.Crc32C(sum, rest);
        return ~sum;
    }
}
