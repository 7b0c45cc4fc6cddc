using System.Numerics;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>Squared distances between points and centres, by one matrix product, and who is nearest.</summary>
internal static unsafe class DistanceKernels<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>norms [rows] = Σ over the width of source², width a multiple of the panel width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RowNorms(T* source, nint rowStride, int rows, int width, T* norms)
    {
        for (var row = 0; row < rows; row++, source += rowStride)
        {
            V sums = default;
            for (var i = 0; i < width; i += S.Count)
            {
                var value = S.Load(source + i);
                sums = S.FusedMultiplyAdd(value, value, sums);
            }
            norms[row] = S.Sum(sums);
        }
    }

    /// <summary>
    /// products [rows, columns] become max(0, rowNorms + columnNorms - 2 products): |x - c|² = |x|² + |c|² - 2 x·c.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void FromProducts(
        T* products, nint rowStride, int rows, int columns, T* rowNorms, T* columnNorms)
    {
        var minusTwo = S.Broadcast(T.CreateTruncating(-2));
        for (var row = 0; row < rows; row++, products += rowStride)
        {
            var norm = S.Broadcast(rowNorms[row]);
            for (var i = 0; i < columns; i += S.Count)
            {
                var sum = S.Add(norm, S.Load(columnNorms + i));
                S.Store(S.Max(S.FusedMultiplyAdd(minusTwo, S.Load(products + i), sum), default), products + i);
            }
        }
    }

    /// <summary>
    /// The first smallest of the true columns of every row, and its value; a NaN is never smaller than anything.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Nearest(T* distances, nint rowStride, int rows, int count, int* places, T* smallest)
    {
        for (var row = 0; row < rows; row++, distances += rowStride)
        {
            var place = 0;
            var least = distances[0];
            for (var i = 1; i < count; i++)
            {
                if (distances[i] < least)
                    (place, least) = (i, distances[i]);
            }
            (places[row], smallest[row]) = (place, least);
        }
    }
}
