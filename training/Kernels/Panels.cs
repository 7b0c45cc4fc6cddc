using System.Runtime.CompilerServices;

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

    /// <summary>Packs a row-major matrix [depth, columns], columns a multiple of <see cref="Width"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pack(T* source, nint rowStride, int depth, int columns, T* target)
    {
        for (var column = 0; column < columns; column += Width)
        {
            var from = source + column;
            for (var k = 0; k < depth; k++, from += rowStride, target += Width)
                Unsafe.CopyBlock(target, from, 64);
        }
    }

    /// <summary>
    /// From the panels of W [depth, columns] makes the panels of its transpose [columns, depth], where
    /// <paramref name="columns"/> counts only true columns.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(T* source, int depth, int columns, T* target)
    {
        var width = Width;
        for (var k = 0; k < depth; k += width)
        {
            var lanes = Math.Min(width, depth - k);
            for (var column = 0; column < columns; column++, target += width)
            {
                var from = source + (((nint)(column / width) * depth + k) * width) + (column % width);
                for (var lane = 0; lane < lanes; lane++)
                    target[lane] = from[lane * width];
                for (var lane = lanes; lane < width; lane++)
                    target[lane] = default;
            }
        }
    }
}
