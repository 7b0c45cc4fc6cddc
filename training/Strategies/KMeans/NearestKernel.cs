using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TuneGraph.Training;

/// <summary>The least of each column, and the row where it stands; of equal ones the first.</summary>
internal static unsafe class NearestKernel
{
    /// <param name="scores">[rows, columns], columns a multiple of 32.</param>
    /// <param name="rows">At least 1, at most 2²⁴.</param>
    /// <param name="columns">From one row to the next.</param>
    /// <param name="least">[columns].</param>
    /// <param name="places">[columns] row numbers.</param>
    public static void Run(float* scores, int rows, int columns, float* least, float* places)
    {
        if (Vector512.IsHardwareAccelerated)
            Run<Vector512<float>, Lanes512<float>>(scores, rows, columns, least, places);
        else if (Vector256.IsHardwareAccelerated)
            Run<Vector256<float>, Lanes256<float>>(scores, rows, columns, least, places);
        else
            Run<Vector128<float>, Lanes128<float>>(scores, rows, columns, least, places);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<V, S>(float* scores, int rows, int columns, float* least, float* places)
        where V : struct
        where S : struct, ILanes<float, V>
    {
        for (var column = 0; column < columns; column += 2 * S.Count)
        {
            var from = scores + column;
            V first = S.Load(from), second = S.Load(from + S.Count), place = default, secondPlace = default;
            for (var row = 1; row < rows; row++)
            {
                from += columns;
                var number = S.Broadcast(row);
                V x = S.Load(from), y = S.Load(from + S.Count);
                V less = S.LessThan(x, first), secondLess = S.LessThan(y, second);
                first = S.Select(less, x, first);
                place = S.Select(less, number, place);
                second = S.Select(secondLess, y, second);
                secondPlace = S.Select(secondLess, number, secondPlace);
            }
            S.Store(first, least + column);
            S.Store(second, least + column + S.Count);
            S.Store(place, places + column);
            S.Store(secondPlace, places + column + S.Count);
        }
    }
}
