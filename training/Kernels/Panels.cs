using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TuneGraph.Training;

/// <summary>
/// The layout of a product's right-hand matrix [depth, columns]: panels of 64 bytes' worth of columns, each panel
/// [depth, <see cref="Width"/>] row-major, the last one filled up with zeros. Weights live in it all the time, so that
/// a forward pass packs nothing. It is the same on all processors, so that ranks on different ones can exchange it.
/// </summary>
internal static unsafe class Panels<T>
    where T : unmanaged
{
    /// <summary>Columns per panel: one cache line.</summary>
    public static int Width => 64 / sizeof(T);

    /// <summary>The next multiple of <see cref="Width"/>.</summary>
    public static int RoundUp(int columns) => (columns + Width - 1) & -Width;

    /// <summary>One of several parts of so many elements: whole registers, whatever their width.</summary>
    public static (nint From, nint Count) Share(nint count, int part, int parts)
    {
        var steps = count / Width;
        nint from = steps * part / parts * Width, end = steps * (part + 1) / parts * Width;
        return (from, end - from);
    }

    /// <summary>Packs a row-major matrix [depth, columns], columns a multiple of <see cref="Width"/>.</summary>
    /// <remarks>
    /// Eight panels at a time: a single one would take 64 bytes of every page of a large matrix, and a page costs more
    /// to find than that.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(T* source, nint rowStride, int depth, int columns, T* target)
    {
        const int Together = 8;
        var panelStride = (nint)depth * Width;
        for (var column = 0; column < columns; column += Together * Width)
        {
            var panels = Math.Min(Together, (columns - column) / Width);
            var from = source + column;
            for (var k = 0; k < depth; k++, from += rowStride)
            {
                var to = target + ((nint)column * depth) + (k * Width);
                for (var panel = 0; panel < panels; panel++, to += panelStride)
                    Unsafe.CopyBlockUnaligned(to, from + (panel * Width), 64);
            }
        }
    }

    /// <summary>
    /// From the panels of W [depth, columns] makes the panels of its transpose [columns, depth], where
    /// <paramref name="columns"/> counts only true columns.
    /// </summary>
    public static void Transpose(T* source, int depth, int columns, T* target) =>
        Transpose(source, depth, columns, 0, depth, target);

    /// <summary>The same for the part of the depth in a range, which begins at a multiple of the width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(T* source, int depth, int columns, int from, int end, T* target)
    {
        target += (nint)from * columns;
        for (var k = from; k < end; k += Width)
        {
            var lanes = Math.Min(Width, depth - k);
            for (var column = 0; column < columns; column += Width)
            {
                var rows = Math.Min(Width, columns - column);
                TransposeBlock(
                    source + (((nint)column * depth) + (k * Width)), Width, lanes, rows, target, Width);
                target += rows * Width;
            }
        }
    }

    /// <summary>
    /// From rows [columns, depth] makes their transpose [depth, <paramref name="stride"/>], a whole number of panels of
    /// columns wide: missing columns become 0.
    /// </summary>
    /// <param name="rows">The rows.</param>
    /// <param name="rowStride">From one row to the next.</param>
    /// <param name="columns">How many there are.</param>
    /// <param name="depth">Elements of each, a multiple of <see cref="Width"/>.</param>
    /// <param name="target">The transpose.</param>
    /// <param name="stride">From one of its rows to the next.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TransposeRows(T* rows, nint rowStride, int columns, int depth, T* target, nint stride)
    {
        for (var column = 0; column < columns; column += Width, rows += Width * rowStride)
        {
            var lanes = Math.Min(Width, columns - column);
            for (var k = 0; k < depth; k += Width)
                TransposeBlock(rows + k, rowStride, lanes, Width, target + (k * stride) + column, stride);
        }
    }

    /// <summary>
    /// From [lanes, width] makes [rows, width], where <paramref name="rows"/> of the columns count and missing lanes
    /// become 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposeBlock(
        T* source, nint sourceStride, int lanes, int rows, T* target, nint targetStride)
    {
        if (typeof(T) == typeof(float) && Avx.IsSupported && lanes == Width && rows == Width)
        {
            Transpose16x16((float*)source, sourceStride, (float*)target, targetStride);
            return;
        }
        for (var row = 0; row < rows; row++, target += targetStride)
        {
            for (var lane = 0; lane < lanes; lane++)
                target[lane] = source[(lane * sourceStride) + row];
            for (var lane = lanes; lane < Width; lane++)
                target[lane] = default;
        }
    }

    private static void Transpose16x16(float* source, nint sourceStride, float* target, nint targetStride)
    {
        for (var row = 0; row < 16; row += 8)
        {
            for (var column = 0; column < 16; column += 8)
            {
                Transpose8x8(source + (row * sourceStride) + column, sourceStride,
                    target + (column * targetStride) + row, targetStride);
            }
        }
    }

    /// <summary>An 8x8 block: pairs of rows, pairs of pairs, then the halves of registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose8x8(float* s, nint rowStride, float* t, nint stride)
    {
        var (a0, a1) = Interleave(s, rowStride);
        var (a2, a3) = Interleave(s + (2 * rowStride), rowStride);
        var (a4, a5) = Interleave(s + (4 * rowStride), rowStride);
        var (a6, a7) = Interleave(s + (6 * rowStride), rowStride);
        var lower = t + (4 * stride);
        StoreHalves(Avx.Shuffle(a0, a2, 0x44), Avx.Shuffle(a4, a6, 0x44), t, lower);
        StoreHalves(Avx.Shuffle(a0, a2, 0xEE), Avx.Shuffle(a4, a6, 0xEE), t + stride, lower + stride);
        StoreHalves(Avx.Shuffle(a1, a3, 0x44), Avx.Shuffle(a5, a7, 0x44), t + (2 * stride), lower + (2 * stride));
        StoreHalves(Avx.Shuffle(a1, a3, 0xEE), Avx.Shuffle(a5, a7, 0xEE), t + (3 * stride), lower + (3 * stride));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Low, Vector256<float> High) Interleave(float* first, nint rowStride)
    {
        Vector256<float> a = Vector256.Load(first), b = Vector256.Load(first + rowStride);
        return (Avx.UnpackLow(a, b), Avx.UnpackHigh(a, b));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreHalves(Vector256<float> upper, Vector256<float> lower, float* first, float* second)
    {
        Avx.Permute2x128(upper, lower, 0x20).Store(first);
        Avx.Permute2x128(upper, lower, 0x31).Store(second);
    }
}
