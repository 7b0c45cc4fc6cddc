using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace TuneGraph.Training;

/// <summary>
/// Cuts a <see cref="Product{T}"/> into tiles so that they find their data in the caches; Goto and van de Geijn 2008,
/// "Anatomy of high-performance matrix multiplication", with B packed by its owner.
/// </summary>
internal static unsafe class ProductKernel<T, V, S>
    where T : unmanaged
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>
    /// Depth of a block where there are several: two registers' columns of it stay in the caches while rows pass by.
    /// Measured on Zen 3 (AVX2: 24 KiB in the first level) and Zen 5 (AVX-512: 64 KiB in the second).
    /// </summary>
    private static int MaxDepth => IsWide ? 512 : 384;

    /// <summary>Depth up to which one block is faster than two, which copy A and go over C twice.</summary>
    private static int MaxDepthOfOne => IsWide ? 1024 : 384;

    /// <summary>Rows of a block, which lie in the second-level cache.</summary>
    private static int MaxRows => IsWide ? 480 : 120;

    private static bool IsWide => S.Count * sizeof(T) == 64;

    /// <summary>Registers per row from which packing a strided A pays.</summary>
    private const int WorthPacking = 6;

    /// <summary>Registers per row from which copying the block of a long row-major A pays.</summary>
    private const int WorthCopying = 16;

    /// <summary>
    /// Between copied rows, so that they do not fall on the same lines of the cache: one line more.
    /// </summary>
    private static readonly int _gap = Panels<T>.Width;

    /// <summary>Rows that blocks hold a multiple of.</summary>
    private const int RowStep = 12;

    /// <summary>Elements of scratch memory that <see cref="Run"/> needs.</summary>
    public static int ScratchLength => (MaxDepthOfOne + Panels<T>.Width) * MaxRows;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in Product<T> p, T* scratch)
    {
        var registers = p.Columns / S.Count;
        // Equal blocks instead of a short last one.
        var blocks = p.Depth <= MaxDepthOfOne ? 1 : (p.Depth + MaxDepth - 1) / MaxDepth;
        var maxDepth = Math.Max(1, (p.Depth + blocks - 1) / blocks);
        var rowBlocks = Math.Max(1, (p.Rows + MaxRows - 1) / MaxRows);
        var maxRows = rowBlocks == 1 ? Math.Max(1, p.Rows) : RoundUp((p.Rows + rowBlocks - 1) / rowBlocks, RowStep);
        var packs = p.DepthStride != 1 && registers >= WorthPacking;
        var copies = p.DepthStride == 1 && blocks > 1 && registers >= WorthCopying;
        Tile<T> tile = default;
        tile.RowStrideC = p.RowStrideC;
        tile.DepthStrideB = p.RowStrideB == 0 ? Panels<T>.Width : p.RowStrideB;
        for (var k = 0; k == 0 || k < p.Depth; k += maxDepth)
        {
            tile.Depth = Math.Min(maxDepth, p.Depth - k);
            tile.Accumulate = k > 0;
            tile.Relu = p.Relu && k + tile.Depth >= p.Depth;
            for (var row = 0; row < p.Rows; row += maxRows)
            {
                var rows = Math.Min(maxRows, p.Rows - row);
                var a = p.A + (row * p.RowStride) + (k * p.DepthStride);
                (tile.RowStride, tile.DepthStride) = (p.RowStride, p.DepthStride);
                var rowStep = p.RowStride;          // from one row to the next but for packed ones, in tiles
                if (packs)
                {
                    PackA(a, p.RowStride, p.DepthStride, rows, tile.Depth, scratch);
                    (tile.RowStride, tile.DepthStride, rowStep) = (1, TileKernel<T, V, S>.RowStep, tile.Depth);
                }
                else if (copies)
                {
                    CopyA(a, p.RowStride, rows, tile.Depth, scratch);
                    rowStep = tile.RowStride = tile.Depth + _gap;
                }
                for (var register = 0; register < registers; register += 2)
                {
                    SetColumns(ref tile, p, k, row, register, Math.Min(register + 1, registers - 1));
                    tile.RowBias = p.RowBias == null ? null : p.RowBias + row;
                    RunRows(ref tile, packs || copies ? scratch : a, rows, rowStep, packs);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunRows(ref Tile<T> tile, T* a, int rows, nint rowStep, bool isPacked)
    {
        var isSingle = tile.C0 == tile.C1;
        for (var row = 0; row < rows; row += tile.Rows)
        {
            tile.Rows = Math.Min(TileKernel<T, V, S>.RowStep, rows - row);
            tile.A = a + (row * rowStep);
            if (rows - row > tile.Rows)
                FetchNext(tile);
            if (!isSingle)
                TileKernel<T, V, S>.Run(tile);
            else if (!isPacked && rows - row > tile.Rows && rows >= ColumnTileKernel<T, V, S>.TallRows
                && (rows - row >= ColumnTileKernel<T, V, S>.TallRows || !tile.Accumulate))
                RunTall(ref tile, rowStep, rows - row);
            else
                ColumnTileKernel<T, V, S>.Run(tile);
            tile.C0 += tile.Rows * tile.RowStrideC;
            tile.C1 += tile.Rows * tile.RowStrideC;
            if (tile.RowBias != null)
                tile.RowBias += tile.Rows;
        }
    }

    /// <summary>A tall tile; where too few rows are left it begins before them and computes some once more.</summary>
    private static void RunTall(ref Tile<T> tile, nint rowStep, int rowsLeft)
    {
        tile.Rows = Math.Min(ColumnTileKernel<T, V, S>.TallRows, rowsLeft);
        var back = ColumnTileKernel<T, V, S>.TallRows - tile.Rows;
        var moved = tile;
        moved.A -= back * rowStep;
        moved.C0 -= back * tile.RowStrideC;
        if (moved.RowBias != null)
            moved.RowBias -= back;
        ColumnTileKernel<T, V, S>.RunTall(moved);
    }

    private static int RoundUp(int count, int step) => (count + step - 1) / step * step;

    /// <summary>Has the next tile's part of C brought near while this one is computed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FetchNext(in Tile<T> tile)
    {
        if (!Sse.IsSupported)
            return;
        T* c0 = tile.C0 + (tile.Rows * tile.RowStrideC), c1 = tile.C1 + (tile.Rows * tile.RowStrideC);
        for (var i = 0; i < TileKernel<T, V, S>.RowStep; i++, c0 += tile.RowStrideC, c1 += tile.RowStrideC)
        {
            Sse.Prefetch0(c0);
            Sse.Prefetch0(c1);
        }
    }

    private static void SetColumns(ref Tile<T> tile, in Product<T> p, int k, int row, int first, int second)
    {
        int column0 = first * S.Count, column1 = second * S.Count, width = Panels<T>.Width;
        var c = p.C + (row * p.RowStrideC);
        tile.C0 = c + (column0 / width * p.PanelStrideC) + (column0 % width);
        tile.C1 = c + (column1 / width * p.PanelStrideC) + (column1 % width);
        tile.B0 = p.RowStrideB == 0
            ? p.B + (((nint)(column0 / width) * p.Depth + k) * width) + (column0 % width)
            : p.B + (k * p.RowStrideB) + column0;
        tile.B1 = p.RowStrideB == 0
            ? p.B + (((nint)(column1 / width) * p.Depth + k) * width) + (column1 % width)
            : p.B + (k * p.RowStrideB) + column1;
        tile.Bias0 = p.Bias == null ? null : p.Bias + column0;
        tile.Bias1 = p.Bias == null ? null : p.Bias + column1;
    }

    /// <summary>Copies rows that lie far apart so that they lie together.</summary>
    private static void CopyA(T* a, nint rowStride, int rows, int depth, T* target)
    {
        for (var row = 0; row < rows; row++, a += rowStride, target += depth + _gap)
            Unsafe.CopyBlockUnaligned(target, a, (uint)(depth * sizeof(T)));
    }

    /// <summary>Copies A [rows, depth] to panels of 6 rows, each [depth, 6].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackA(T* a, nint rowStride, nint depthStride, int rows, int depth, T* target)
    {
        const int Height = TileKernel<T, V, S>.RowStep;
        for (var row = 0; row < rows; row += Height, a += Height * rowStride)
        {
            var from = a;
            if (rows - row >= Height && rowStride == 1)
            {
                for (var k = 0; k < depth; k++, from += depthStride, target += Height)
                    Unsafe.CopyBlockUnaligned(target, from, (uint)(Height * sizeof(T)));
                continue;
            }
            for (var k = 0; k < depth; k++, from += depthStride, target += Height)
            {
                for (var i = 0; i < Math.Min(Height, rows - row); i++)
                    target[i] = from[i * rowStride];
            }
        }
    }
}
