using System.Numerics;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>
/// Computes a <see cref="DotProduct{T}"/>: tiles of 6 by 2 sums that stay in registers over all pairs.
/// </summary>
internal static unsafe class DotProductKernel<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    public const int TileRows = 6;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in DotProduct<T> p)
    {
        T* sums = stackalloc T[2 * TileRows];
        for (var row = 0; row < p.Rows; row += TileRows)
        {
            for (var column = 0; column < p.Columns; column += 2)
            {
                Sum(p, row, column, sums);
                Store(p, row, column, sums);
            }
        }
    }

    private static void Store(in DotProduct<T> p, int row, int column, T* sums)
    {
        var second = column + 1 < p.Columns;
        for (var i = 0; i < Math.Min(TileRows, p.Rows - row); i++)
        {
            var c = p.C + ((row + i) * p.RowStrideC) + column;
            c[0] = (p.Accumulate ? c[0] : T.Zero) + (p.Scale * sums[2 * i]);
            if (second)
                c[1] = (p.Accumulate ? c[1] : T.Zero) + (p.Scale * sums[(2 * i) + 1]);
        }
    }

    /// <summary>A row or column past the end repeats the last one there is; its sums are not stored.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum(in DotProduct<T> p, int row, int column, T* sums)
    {
        V s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default,
            s30 = default, s31 = default, s40 = default, s41 = default, s50 = default, s51 = default;
        nint last = Math.Min(TileRows, p.Rows - row) - 1, stride = p.RowStrideA, r1 = Math.Min(1, last) * stride,
            r2 = Math.Min(2, last) * stride, r3 = Math.Min(3, last) * stride, r4 = Math.Min(4, last) * stride,
            r5 = Math.Min(5, last) * stride, c1 = Math.Min(1, p.Columns - 1 - column) * p.RowStrideB;
        T* aStart = p.A + (row * stride), bStart = p.B + (column * p.RowStrideB);
        for (var pair = 0; pair < p.Pairs; pair++, aStart += p.PairStrideA, bStart += p.PairStrideB)
        {
            T* a = aStart, b = bStart;
            for (var k = p.Depth; k > 0; k -= S.Count, a += S.Count, b += S.Count)
            {
                V x0 = S.Load(b), x1 = S.Load(b + c1), y0 = S.Load(a), y1 = S.Load(a + r1);
                s00 = S.FusedMultiplyAdd(y0, x0, s00); s01 = S.FusedMultiplyAdd(y0, x1, s01);
                s10 = S.FusedMultiplyAdd(y1, x0, s10); s11 = S.FusedMultiplyAdd(y1, x1, s11);
                y0 = S.Load(a + r2); y1 = S.Load(a + r3);
                s20 = S.FusedMultiplyAdd(y0, x0, s20); s21 = S.FusedMultiplyAdd(y0, x1, s21);
                s30 = S.FusedMultiplyAdd(y1, x0, s30); s31 = S.FusedMultiplyAdd(y1, x1, s31);
                y0 = S.Load(a + r4); y1 = S.Load(a + r5);
                s40 = S.FusedMultiplyAdd(y0, x0, s40); s41 = S.FusedMultiplyAdd(y0, x1, s41);
                s50 = S.FusedMultiplyAdd(y1, x0, s50); s51 = S.FusedMultiplyAdd(y1, x1, s51);
            }
        }
        sums[0] = S.Sum(s00); sums[1] = S.Sum(s01); sums[2] = S.Sum(s10); sums[3] = S.Sum(s11);
        sums[4] = S.Sum(s20); sums[5] = S.Sum(s21); sums[6] = S.Sum(s30); sums[7] = S.Sum(s31);
        sums[8] = S.Sum(s40); sums[9] = S.Sum(s41); sums[10] = S.Sum(s50); sums[11] = S.Sum(s51);
    }
}
