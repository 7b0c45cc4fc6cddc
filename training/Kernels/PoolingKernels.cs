using System.Numerics;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>
/// Pooling over the planes of samples [planes, plane stride]; windows lie inside the planes (no padding).
/// </summary>
internal static unsafe class PoolingKernels<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>Whole numbers below this are exact in lanes of T.</summary>
    private const int MostExactPlaces = 1 << 24;

    /// <summary>The largest value under each window, and its place in the plane (the first of equal ones).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Max(T* source, int planes, in Window window, T* target, int targetStride, int* places)
    {
        int width = window.OutputWidth, height = window.OutputHeight;
        var even = EvenNumbers();
        var isPairs = window is { Size: 2, Step: 2, PlaneStride: <= MostExactPlaces };
        for (var plane = 0; plane < planes; plane++)
        {
            for (var y = 0; y < height; y++)
            {
                int i = y * width, corner = y * window.Step * window.Width;
                if (isPairs && StaysInPlanes(window, corner, i, targetStride))
                {
                    MaxOfPairs(source, corner, window.Width, even, target + i, places + i, width);
                    continue;
                }
                for (var end = i + width; i < end; i++, corner += window.Step)
                {
                    places[i] = Largest(source, corner, window.Width, window.Size);
                    target[i] = source[places[i]];
                }
            }
            source += window.PlaneStride;
            target += targetStride;
            places += targetStride;
        }
    }

    /// <summary>
    /// Whether a row of windows of 2 by 2 can be taken in whole registers: they may read past a plane, but write no
    /// other's outputs, which may be another thread's.
    /// </summary>
    private static bool StaysInPlanes(in Window window, int corner, int output, int targetStride)
    {
        var registers = (window.OutputWidth + S.Count - 1) / S.Count * S.Count;
        return output + registers <= targetStride
            && corner + window.Width + (2 * registers) <= window.PlaneStride + S.Count;
    }

    /// <summary>A row of windows of 2 by 2, side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MaxOfPairs(T* source, int corner, int rowLength, V even, T* target, int* places, int width)
    {
        T* upper = source + corner, lower = upper + rowLength;
        V one = S.Broadcast(T.One), down = S.Broadcast(T.CreateTruncating(rowLength)),
            start = S.Add(S.Broadcast(T.CreateTruncating(corner)), even),
            next = S.Broadcast(T.CreateTruncating(2 * S.Count));
        for (var x = 0; x < width; x += S.Count, start = S.Add(start, next))
        {
            V first = S.Load(upper + (2 * x)), second = S.Load(upper + (2 * x) + S.Count),
                third = S.Load(lower + (2 * x)), fourth = S.Load(lower + (2 * x) + S.Count);
            V place = start, placeBelow = S.Add(start, down);
            var best = Larger(S.Even(first, second), S.Odd(first, second), ref place, S.Add(place, one));
            var bestBelow = Larger(S.Even(third, fourth), S.Odd(third, fourth), ref placeBelow, S.Add(placeBelow, one));
            S.Store(Larger(best, bestBelow, ref place, placeBelow), target + x);
            S.Store(place, places + x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Larger(V best, V other, ref V place, V placeOfOther)
    {
        var wins = S.Exceeds(other, best);
        place = S.Select(wins, placeOfOther, place);
        return S.Select(wins, other, best);
    }

    /// <summary>0, 2, 4 ...</summary>
    private static V EvenNumbers()
    {
        T* numbers = stackalloc T[S.Count];
        for (var lane = 0; lane < S.Count; lane++)
            numbers[lane] = T.CreateTruncating(2 * lane);
        return S.Load(numbers);
    }

    /// <summary>The place of the largest value under a window; NaN wins, so that it shows in the loss.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Largest(T* source, int corner, int rowLength, int size)
    {
        var place = corner;
        for (var i = 0; i < size; i++, corner += rowLength)
        {
            for (var at = corner; at < corner + size; at++)
            {
                // Without a branch: nobody can foretell which is larger.
                var wins = source[at] > source[place] | T.IsNaN(source[at]);
                place += (at - place) & -Unsafe.BitCast<bool, byte>(wins);
            }
        }
        return place;
    }

    /// <summary>Gives each gradient to the place that won; overwrites the target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MaxGradient(
        T* gradient, int gradientStride, int* places, int planes, in Window window, T* target)
    {
        var count = window.OutputHeight * window.OutputWidth;
        for (var plane = 0; plane < planes; plane++)
        {
            new Span<T>(target, window.PlaneStride).Clear();
            for (var i = 0; i < count; i++)
                target[places[i]] += gradient[i];
            gradient += gradientStride;
            places += gradientStride;
            target += window.PlaneStride;
        }
    }

    /// <summary>The mean under each window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mean(T* source, int planes, in Window window, T* target, int targetStride)
    {
        var share = T.One / T.CreateTruncating(window.Size * window.Size);
        int width = window.OutputWidth, height = window.OutputHeight;
        var isPairs = window is { Size: 2, Step: 2 };
        for (var plane = 0; plane < planes; plane++, source += window.PlaneStride, target += targetStride)
        {
            for (var y = 0; y < height; y++)
            {
                int i = y * width, corner = y * window.Step * window.Width;
                if (isPairs && StaysInPlanes(window, corner, i, targetStride))
                {
                    MeanOfPairs(source + corner, window.Width, share, target + i, width);
                    continue;
                }
                for (var end = i + width; i < end; i++, corner += window.Step)
                    target[i] = Sum(source + corner, window.Width, window.Size) * share;
            }
        }
    }

    /// <summary>A row of windows of 2 by 2, side by side, each summed in the order of <see cref="Sum"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void MeanOfPairs(T* upper, int rowLength, T share, T* target, int width)
    {
        var lower = upper + rowLength;
        var factor = S.Broadcast(share);
        for (var x = 0; x < width; x += S.Count, upper += 2 * S.Count, lower += 2 * S.Count)
        {
            V first = S.Load(upper), second = S.Load(upper + S.Count),
                third = S.Load(lower), fourth = S.Load(lower + S.Count);
            var sum = S.Add(S.Even(first, second), S.Odd(first, second));
            sum = S.Add(S.Add(sum, S.Even(third, fourth)), S.Odd(third, fourth));
            S.Store(S.Multiply(sum, factor), target + x);
        }
    }

    /// <summary>Spreads each gradient evenly under its window; overwrites the target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MeanGradient(T* gradient, int gradientStride, int planes, in Window window, T* target)
    {
        var share = T.One / T.CreateTruncating(window.Size * window.Size);
        int width = window.OutputWidth, height = window.OutputHeight;
        for (var plane = 0; plane < planes; plane++, gradient += gradientStride, target += window.PlaneStride)
        {
            new Span<T>(target, window.PlaneStride).Clear();
            for (var y = 0; y < height; y++)
            {
                var corner = target + (y * window.Step * window.Width);
                for (var x = 0; x < width; x++, corner += window.Step)
                    Add(corner, window.Width, window.Size, gradient[(y * width) + x] * share);
            }
        }
    }

    private static T Sum(T* from, int rowLength, int size)
    {
        var sum = T.Zero;
        for (var i = 0; i < size; i++, from += rowLength)
        {
            for (var j = 0; j < size; j++)
                sum += from[j];
        }
        return sum;
    }

    private static void Add(T* to, int rowLength, int size, T value)
    {
        for (var i = 0; i < size; i++, to += rowLength)
        {
            for (var j = 0; j < size; j++)
                to[j] += value;
        }
    }
}
