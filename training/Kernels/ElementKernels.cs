using System.Numerics;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>Arithmetic element by element, and sums. Counts are multiples of the panel width.</summary>
internal static unsafe class ElementKernels<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>Elements whose squares are summed in T before the sum goes on in double.</summary>
    private const int Block = 4096;

    /// <summary>target += source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(T* target, T* source, nint count)
    {
        for (nint i = 0; i < count; i += S.Count)
            S.Store(S.Add(S.Load(target + i), S.Load(source + i)), target + i);
    }

    /// <summary>target *= factors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(T* target, T* factors, nint count)
    {
        for (nint i = 0; i < count; i += S.Count)
            S.Store(S.Multiply(S.Load(target + i), S.Load(factors + i)), target + i);
    }

    /// <summary>target = source².</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Square(T* source, T* target, nint count)
    {
        for (nint i = 0; i < count; i += S.Count)
        {
            var x = S.Load(source + i);
            S.Store(S.Multiply(x, x), target + i);
        }
    }

    /// <summary>target -= factors * values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SubtractProduct(T* target, T* factors, T* values, nint count)
    {
        for (nint i = 0; i < count; i += S.Count)
        {
            var product = S.Multiply(S.Load(factors + i), S.Load(values + i));
            S.Store(S.Subtract(S.Load(target + i), product), target + i);
        }
    }

    /// <summary>values *= factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(T* values, T factor, nint count)
    {
        var factors = S.Broadcast(factor);
        for (nint i = 0; i < count; i += S.Count)
            S.Store(S.Multiply(S.Load(values + i), factors), values + i);
    }

    /// <summary>Brings every value into [-limit, limit]; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Clamp(T* values, T limit, nint count)
    {
        V high = S.Broadcast(limit), low = S.Broadcast(-limit);
        for (nint i = 0; i < count; i += S.Count)
        {
            var value = S.Load(values + i);
            value = S.Select(S.LessThan(value, low), low, value);
            S.Store(S.Select(S.LessThan(high, value), high, value), values + i);
        }
    }

    /// <summary>Σ values², in blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double SumOfSquares(T* values, nint count)
    {
        var total = 0.0;
        for (nint start = 0; start < count; start += Block)
        {
            V sums = default;
            var end = nint.Min(count, start + Block);
            for (var i = start; i < end; i += S.Count)
            {
                var value = S.Load(values + i);
                sums = S.FusedMultiplyAdd(value, value, sums);
            }
            total += double.CreateTruncating(S.Sum(sums));
        }
        return total;
    }

    /// <summary>sums [columns] becomes the sum over the rows of source [rows, columns], in the order of rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ColumnSums(T* source, int rows, int columns, T* sums)
    {
        for (var column = 0; column < columns; column += S.Count)
        {
            V sum = default;
            var from = source + column;
            for (var row = 0; row < rows; row++, from += columns)
                sum = S.Add(sum, S.Load(from));
            S.Store(sum, sums + column);
        }
    }
}
