using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>What one call of the innermost kernel computes: up to 6 rows by 2 registers of C.</summary>
internal unsafe struct Tile<T>
    where T : unmanaged
{
    /// <summary>Rows of C, 1 to 6.</summary>
    public int Rows;
    public int Depth;
    public T* A;
    public nint RowStride;
    public nint DepthStride;

    /// <summary>The two registers' columns of B, of C and of the bias; the second may repeat the first.</summary>
    public T* B0, B1, C0, C1, Bias0, Bias1;
    public nint RowStrideC;

    /// <summary>From one row of B to the next.</summary>
    public nint DepthStrideB;

    /// <summary>A number per row that sums start from; null for none.</summary>
    public T* RowBias;

    /// <summary>Whether sums start from what C holds, instead of from the bias or 0.</summary>
    public bool Accumulate;
    public bool Relu;
}

/// <summary>The innermost kernel, for any register width.</summary>
/// <remarks>
/// Twelve sums stay in registers over the whole depth: on AVX2, 12 of the 16 registers, which hides the four cycles of
/// a fused multiply-add on two ports. Every element is summed over the depth in order, each step rounded once, so the
/// result does not depend on the register width, nor on how the driver cuts the depth into blocks.
/// A missing row repeats the last one there is: it computes and stores the same values again, which saves edge code.
/// </remarks>
internal static unsafe class TileKernel<T, V, S>
    where T : unmanaged
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>The most rows of a tile.</summary>
    public const int RowStep = 6;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in Tile<T> tile)
    {
        V s00, s01, s10, s11, s20, s21, s30, s31, s40, s41, s50, s51;
        nint last = tile.Rows - 1, r1 = Math.Min(1, last), r2 = Math.Min(2, last), r3 = Math.Min(3, last),
            r4 = Math.Min(4, last), r5 = Math.Min(5, last);
        var ldc = tile.RowStrideC;
        T* c0 = tile.C0, c1 = tile.C1;
        if (tile.Accumulate)
        {
            s00 = S.Load(c0); s10 = S.Load(c0 + (r1 * ldc)); s20 = S.Load(c0 + (r2 * ldc));
            s01 = S.Load(c1); s11 = S.Load(c1 + (r1 * ldc)); s21 = S.Load(c1 + (r2 * ldc));
            s30 = S.Load(c0 + (r3 * ldc)); s40 = S.Load(c0 + (r4 * ldc)); s50 = S.Load(c0 + (r5 * ldc));
            s31 = S.Load(c1 + (r3 * ldc)); s41 = S.Load(c1 + (r4 * ldc)); s51 = S.Load(c1 + (r5 * ldc));
        }
        else if (tile.RowBias != null)
        {
            var bias = tile.RowBias;
            s00 = s01 = S.Broadcast(bias[0]); s10 = s11 = S.Broadcast(bias[r1]); s20 = s21 = S.Broadcast(bias[r2]);
            s30 = s31 = S.Broadcast(bias[r3]); s40 = s41 = S.Broadcast(bias[r4]); s50 = s51 = S.Broadcast(bias[r5]);
        }
        else
        {
            s00 = s10 = s20 = s30 = s40 = s50 = tile.Bias0 == null ? default : S.Load(tile.Bias0);
            s01 = s11 = s21 = s31 = s41 = s51 = tile.Bias1 == null ? default : S.Load(tile.Bias1);
        }

        T* a0 = tile.A, a1 = a0 + (r1 * tile.RowStride), a2 = a0 + (r2 * tile.RowStride),
            a3 = a0 + (r3 * tile.RowStride), a4 = a0 + (r4 * tile.RowStride), a5 = a0 + (r5 * tile.RowStride);
        T* b0 = tile.B0, b1 = tile.B1;
        nint at = 0, step = tile.DepthStride, stepB = tile.DepthStrideB;
        for (var k = tile.Depth; k > 0; k--)
        {
            V x0 = S.Load(b0), x1 = S.Load(b1), a = S.Broadcast(a0[at]), b = S.Broadcast(a1[at]);
            s00 = S.FusedMultiplyAdd(a, x0, s00); s01 = S.FusedMultiplyAdd(a, x1, s01);
            s10 = S.FusedMultiplyAdd(b, x0, s10); s11 = S.FusedMultiplyAdd(b, x1, s11);
            a = S.Broadcast(a2[at]); b = S.Broadcast(a3[at]);
            s20 = S.FusedMultiplyAdd(a, x0, s20); s21 = S.FusedMultiplyAdd(a, x1, s21);
            s30 = S.FusedMultiplyAdd(b, x0, s30); s31 = S.FusedMultiplyAdd(b, x1, s31);
            a = S.Broadcast(a4[at]); b = S.Broadcast(a5[at]);
            s40 = S.FusedMultiplyAdd(a, x0, s40); s41 = S.FusedMultiplyAdd(a, x1, s41);
            s50 = S.FusedMultiplyAdd(b, x0, s50); s51 = S.FusedMultiplyAdd(b, x1, s51);
            at += step; b0 += stepB; b1 += stepB;
        }

        if (tile.Relu)
        {
            s00 = S.Max(s00, default); s10 = S.Max(s10, default); s20 = S.Max(s20, default);
            s01 = S.Max(s01, default); s11 = S.Max(s11, default); s21 = S.Max(s21, default);
            s30 = S.Max(s30, default); s40 = S.Max(s40, default); s50 = S.Max(s50, default);
            s31 = S.Max(s31, default); s41 = S.Max(s41, default); s51 = S.Max(s51, default);
        }
        S.Store(s00, c0); S.Store(s10, c0 + (r1 * ldc)); S.Store(s20, c0 + (r2 * ldc));
        S.Store(s01, c1); S.Store(s11, c1 + (r1 * ldc)); S.Store(s21, c1 + (r2 * ldc));
        S.Store(s30, c0 + (r3 * ldc)); S.Store(s40, c0 + (r4 * ldc)); S.Store(s50, c0 + (r5 * ldc));
        S.Store(s31, c1 + (r3 * ldc)); S.Store(s41, c1 + (r4 * ldc)); S.Store(s51, c1 + (r5 * ldc));
    }
}
