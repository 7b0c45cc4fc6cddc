using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>
/// The innermost kernel for a single register of columns, as narrow outputs have: 12 rows, or up to 6. Twelve sums keep
/// both multipliers busy where six would wait for each other. The order of every sum is that of
/// <see cref="TileKernel{T, V, S}"/>.
/// </summary>
internal static unsafe class ColumnTileKernel<T, V, S>
    where T : unmanaged
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>Rows that <see cref="RunTall"/> computes.</summary>
    public const int TallRows = 12;

    /// <summary>Exactly <see cref="TallRows"/> rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RunTall(in Tile<T> tile)
    {
        V s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, sa, sb;
        var ldc = tile.RowStrideC;
        T* c0 = tile.C0, c1 = c0 + (6 * ldc);
        if (tile.Accumulate)
        {
            s0 = S.Load(c0); s1 = S.Load(c0 + ldc); s2 = S.Load(c0 + (2 * ldc));
            s3 = S.Load(c0 + (3 * ldc)); s4 = S.Load(c0 + (4 * ldc)); s5 = S.Load(c0 + (5 * ldc));
            s6 = S.Load(c1); s7 = S.Load(c1 + ldc); s8 = S.Load(c1 + (2 * ldc));
            s9 = S.Load(c1 + (3 * ldc)); sa = S.Load(c1 + (4 * ldc)); sb = S.Load(c1 + (5 * ldc));
        }
        else if (tile.RowBias != null)
        {
            var bias = tile.RowBias;
            s0 = S.Broadcast(bias[0]); s1 = S.Broadcast(bias[1]); s2 = S.Broadcast(bias[2]); s3 = S.Broadcast(bias[3]);
            s4 = S.Broadcast(bias[4]); s5 = S.Broadcast(bias[5]); s6 = S.Broadcast(bias[6]); s7 = S.Broadcast(bias[7]);
            s8 = S.Broadcast(bias[8]); s9 = S.Broadcast(bias[9]); sa = S.Broadcast(bias[10]);
            sb = S.Broadcast(bias[11]);
        }
        else
        {
            s0 = s1 = s2 = s3 = s4 = s5 = s6 = s7 = s8 = s9 = sa = sb =
                tile.Bias0 == null ? default : S.Load(tile.Bias0);
        }
        nint row = tile.RowStride, two = 2 * row, step = tile.DepthStride, stepB = tile.DepthStrideB;
        T* a0 = tile.A, a1 = a0 + (3 * row), a2 = a0 + (6 * row), a3 = a0 + (9 * row), b = tile.B0;
        for (var k = tile.Depth; k > 0; k--)
        {
            var x = S.Load(b);
            s0 = S.FusedMultiplyAdd(S.Broadcast(a0[0]), x, s0); s1 = S.FusedMultiplyAdd(S.Broadcast(a0[row]), x, s1);
            s2 = S.FusedMultiplyAdd(S.Broadcast(a0[two]), x, s2); s3 = S.FusedMultiplyAdd(S.Broadcast(a1[0]), x, s3);
            s4 = S.FusedMultiplyAdd(S.Broadcast(a1[row]), x, s4); s5 = S.FusedMultiplyAdd(S.Broadcast(a1[two]), x, s5);
            s6 = S.FusedMultiplyAdd(S.Broadcast(a2[0]), x, s6); s7 = S.FusedMultiplyAdd(S.Broadcast(a2[row]), x, s7);
            s8 = S.FusedMultiplyAdd(S.Broadcast(a2[two]), x, s8); s9 = S.FusedMultiplyAdd(S.Broadcast(a3[0]), x, s9);
            sa = S.FusedMultiplyAdd(S.Broadcast(a3[row]), x, sa); sb = S.FusedMultiplyAdd(S.Broadcast(a3[two]), x, sb);
            a0 += step; a1 += step; a2 += step; a3 += step; b += stepB;
        }
        if (tile.Relu)
        {
            s0 = S.Max(s0, default); s1 = S.Max(s1, default); s2 = S.Max(s2, default); s3 = S.Max(s3, default);
            s4 = S.Max(s4, default); s5 = S.Max(s5, default); s6 = S.Max(s6, default); s7 = S.Max(s7, default);
            s8 = S.Max(s8, default); s9 = S.Max(s9, default); sa = S.Max(sa, default); sb = S.Max(sb, default);
        }
        S.Store(s0, c0); S.Store(s1, c0 + ldc); S.Store(s2, c0 + (2 * ldc));
        S.Store(s3, c0 + (3 * ldc)); S.Store(s4, c0 + (4 * ldc)); S.Store(s5, c0 + (5 * ldc));
        S.Store(s6, c1); S.Store(s7, c1 + ldc); S.Store(s8, c1 + (2 * ldc));
        S.Store(s9, c1 + (3 * ldc)); S.Store(sa, c1 + (4 * ldc)); S.Store(sb, c1 + (5 * ldc));
    }

    /// <summary>One to six rows; a missing one repeats the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in Tile<T> tile)
    {
        V s0, s1, s2, s3, s4, s5;
        nint last = tile.Rows - 1, r1 = Math.Min(1, last), r2 = Math.Min(2, last), r3 = Math.Min(3, last),
            r4 = Math.Min(4, last), r5 = Math.Min(5, last);
        var ldc = tile.RowStrideC;
        var c = tile.C0;
        if (tile.Accumulate)
        {
            s0 = S.Load(c); s1 = S.Load(c + (r1 * ldc)); s2 = S.Load(c + (r2 * ldc));
            s3 = S.Load(c + (r3 * ldc)); s4 = S.Load(c + (r4 * ldc)); s5 = S.Load(c + (r5 * ldc));
        }
        else if (tile.RowBias != null)
        {
            var bias = tile.RowBias;
            s0 = S.Broadcast(bias[0]); s1 = S.Broadcast(bias[r1]); s2 = S.Broadcast(bias[r2]);
            s3 = S.Broadcast(bias[r3]); s4 = S.Broadcast(bias[r4]); s5 = S.Broadcast(bias[r5]);
        }
        else
        {
            s0 = s1 = s2 = s3 = s4 = s5 = tile.Bias0 == null ? default : S.Load(tile.Bias0);
        }
        T* a0 = tile.A, a1 = a0 + (r1 * tile.RowStride), a2 = a0 + (r2 * tile.RowStride),
            a3 = a0 + (r3 * tile.RowStride), a4 = a0 + (r4 * tile.RowStride), a5 = a0 + (r5 * tile.RowStride);
        var b = tile.B0;
        nint at = 0, step = tile.DepthStride, stepB = tile.DepthStrideB;
        for (var k = tile.Depth; k > 0; k--)
        {
            var x = S.Load(b);
            s0 = S.FusedMultiplyAdd(S.Broadcast(a0[at]), x, s0); s1 = S.FusedMultiplyAdd(S.Broadcast(a1[at]), x, s1);
            s2 = S.FusedMultiplyAdd(S.Broadcast(a2[at]), x, s2); s3 = S.FusedMultiplyAdd(S.Broadcast(a3[at]), x, s3);
            s4 = S.FusedMultiplyAdd(S.Broadcast(a4[at]), x, s4); s5 = S.FusedMultiplyAdd(S.Broadcast(a5[at]), x, s5);
            at += step; b += stepB;
        }
        if (tile.Relu)
        {
            s0 = S.Max(s0, default); s1 = S.Max(s1, default); s2 = S.Max(s2, default);
            s3 = S.Max(s3, default); s4 = S.Max(s4, default); s5 = S.Max(s5, default);
        }
        S.Store(s0, c); S.Store(s1, c + (r1 * ldc)); S.Store(s2, c + (r2 * ldc));
        S.Store(s3, c + (r3 * ldc)); S.Store(s4, c + (r4 * ldc)); S.Store(s5, c + (r5 * ldc));
    }
}
