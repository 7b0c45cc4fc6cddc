using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace TuneGraph.Training;

/// <summary>A seed of 32 bytes as a long random vector: AES-256 in counter mode.</summary>
internal static class MaskStream
{
    private const int ChunkBlocks = 1024;

    /// <summary>Adds the seed's vector to some values, or takes it away, modulo 2⁶⁴.</summary>
    public static void Add(ReadOnlySpan<byte> seed, bool subtract, Span<ulong> values)
    {
        using var aes = Aes.Create();
        aes.Key = seed.ToArray();
        var counters = new ulong[2 * ChunkBlocks];
        var mask = new ulong[2 * ChunkBlocks];
        for (var start = 0; start < values.Length; start += mask.Length)
        {
            for (var block = 0; block < ChunkBlocks; block++)
                counters[2 * block] = (ulong)((start / 2) + block);
            aes.EncryptEcb(
                MemoryMarshal.AsBytes(counters.AsSpan()), MemoryMarshal.AsBytes(mask.AsSpan()), PaddingMode.None);
            var part = values[start..Math.Min(values.Length, start + mask.Length)];
            for (var i = 0; i < part.Length; i++)
                part[i] = unchecked(subtract ? part[i] - mask[i] : part[i] + mask[i]);
        }
    }
}
