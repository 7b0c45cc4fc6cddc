using System.Runtime.CompilerServices;

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
    /// <summary>Depth of a block: a panel of it, 24 KiB, stays in the first-level cache.</summary>
    private const int MaxDepth = 384;

    /// <summary>Rows of a block: with the depth above, 180 KiB in the second-level cache. A multiple of 6.</summary>
    private const int MaxRows = 120;

    /// <summary>Pairs of registers per row from which packing a strided A pays.</summary>
    private const int PairsWorthPacking = 3;

    /// <summary>Elements of scratch memory that <see cref="Run"/> needs.</summary>
    public const int ScratchLength = MaxDepth * MaxRows;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(in Product<T> p, T* scratch)
    {
        var registers = p.Columns / S.Count;
        // Equal blocks instead of a short last one.
        var blocks = Math.Max(1, (p.Depth + MaxDepth - 1) / MaxDepth);
        var maxDepth = Math.Max(1, (p.Depth + blocks - 1) / blocks);
        var packs = p.DepthStride != 1 && registers >= 2 * PairsWorthPacking;
        Tile<T> tile = default;
        tile.RowStrideC = p.RowStrideC;
        tile.DepthStrideB = p.RowStrideB == 0 ? Panels<T>.Width : p.RowStrideB;
        for (var k = 0; k == 0 || k < p.Depth; k += maxDepth)
        {
            tile.Depth = Math.Min(maxDepth, p.Depth - k);
            tile.Accumulate = k > 0;
            tile.Relu = p.Relu && k + tile.Depth >= p.Depth;
            for (var row = 0; row < p.Rows; row += MaxRows)
            {
                var rows = Math.Min(MaxRows, p.Rows - row);
                var a = p.A + (row * p.RowStride) + (k * p.DepthStride);
                if (packs)
                    PackA(a, p.RowStride, p.DepthStride, rows, tile.Depth, scratch);
                tile.RowStride = packs ? 1 : p.RowStride;
                tile.DepthStride = packs ? TileKernel<T, V, S>.MaxRows : p.DepthStride;
                for (var register = 0; register < registers; register += 2)
                {
                    SetColumns(ref tile, p, k, row, register, Math.Min(register + 1, registers - 1));
                    tile.RowBias = p.RowBias == null ? null : p.RowBias + row;
                    RunRows(ref tile, packs ? scratch : a, rows, packs ? tile.Depth : p.RowStride);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunRows(ref Tile<T> tile, T* a, int rows, nint rowStep)
    {
        for (var row = 0; row < rows; row += TileKernel<T, V, S>.MaxRows)
        {
            tile.Rows = Math.Min(TileKernel<T, V, S>.MaxRows, rows - row);
            tile.A = a + (row * rowStep);
            if (tile.C0 == tile.C1)
                TileKernel<T, V, S>.RunSingle(tile);
            else
                TileKernel<T, V, S>.Run(tile);
            tile.C0 += TileKernel<T, V, S>.MaxRows * tile.RowStrideC;
            tile.C1 += TileKernel<T, V, S>.MaxRows * tile.RowStrideC;
            if (tile.RowBias != null)
                tile.RowBias += TileKernel<T, V, S>.MaxRows;
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

    /// <summary>Copies A [rows, depth] to panels of 6 rows, each [depth, 6].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackA(T* a, nint rowStride, nint depthStride, int rows, int depth, T* target)
    {
        const int Height = TileKernel<T, V, S>.MaxRows;
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
