using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TuneGraph.Training;

/// <summary>
/// Philox4x32-10: a counter-based generator, i.e. a keyed function of a counter without any state.
/// Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3" (SC'11), section 3.2.
/// </summary>
internal static class Philox
{
    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;            // golden ratio
    private const uint Weyl1 = 0xBB67AE85;            // √3 - 1

    /// <summary>The four words that belong to a counter.</summary>
    public static (uint X0, uint X1, uint X2, uint X3) Block(ulong key, uint c0, uint c1, uint c2, uint c3)
    {
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = (ulong)Multiplier0 * c0;
            var product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = (
                (uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1,
                (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            k0 += Weyl0;
            k1 += Weyl1;
        }
        return (c0, c1, c2, c3);
    }

    /// <summary>
    /// Four blocks at once, of first counter words <paramref name="c0"/> to <paramref name="c0"/> + 3. Element 4 w + b
    /// of the 16 words is word w of block b.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<uint> First, Vector256<uint> Second) FourBlocks(
        ulong key, uint c0, uint c1, uint c2, uint c3)
    {
        // 32-bit words in 64-bit lanes; a lane's upper half may hold rubbish, which the multiplication ignores.
        var x0 = Vector256.Create((ulong)c0) + Vector256.Create(0UL, 1, 2, 3);
        var x1 = Vector256.Create((ulong)c1);
        var x2 = Vector256.Create((ulong)c2);
        var x3 = Vector256.Create((ulong)c3);
        var (k0, k1) = ((uint)key, (uint)(key >> 32));
        for (var round = 0; round < Rounds; round++)
        {
            var product0 = MultiplyLow32(x0, Multiplier0);
            var product1 = MultiplyLow32(x2, Multiplier1);
            x0 = (product1 >>> 32) ^ x1 ^ Vector256.Create((ulong)k0);
            x2 = (product0 >>> 32) ^ x3 ^ Vector256.Create((ulong)k1);
            x1 = product1;
            x3 = product0;
            k0 += Weyl0;
            k1 += Weyl1;
        }
        return (Vector256.Narrow(x0, x1), Vector256.Narrow(x2, x3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> MultiplyLow32(Vector256<ulong> x, uint multiplier) => Avx2.IsSupported
        ? Avx2.Multiply(x.AsUInt32(), Vector256.Create((ulong)multiplier).AsUInt32())
        : (x & Vector256.Create((ulong)uint.MaxValue)) * Vector256.Create((ulong)multiplier);
}
