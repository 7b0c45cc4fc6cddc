using System.Numerics;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>
/// Pooling over the planes of samples [planes, plane stride]; windows lie inside the planes (no padding).
/// </summary>
internal static unsafe class PoolingKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The largest value under each window, and its place in the plane (the first of equal ones).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Max(T* source, int planes, in Window window, T* target, int targetStride, int* places)
    {
        int height = window.OutputHeight, width = window.OutputWidth, step = window.Step, rowLength = window.Width;
        for (var plane = 0; plane < planes; plane++)
        {
            for (var i = 0; i < height * width; i++)
            {
                var (y, x) = (i / width, i % width);
                var place = Largest(source, (y * step * rowLength) + (x * step), rowLength, window.Size);
                target[i] = source[place];
                places[i] = place;
            }
            source += window.PlaneStride;
            target += targetStride;
            places += targetStride;
        }
    }

    /// <summary>The place of the largest value under a window; NaN wins, so that it shows in the loss.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Largest(T* source, int corner, int rowLength, int size)
    {
        var place = corner;
        for (var i = 0; i < size; i++, corner += rowLength)
        {
            for (var at = corner; at < corner + size; at++)
                place = source[at] > source[place] || T.IsNaN(source[at]) ? at : place;
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
        int width = window.OutputWidth, count = window.OutputHeight * width;
        for (var plane = 0; plane < planes; plane++, source += window.PlaneStride, target += targetStride)
        {
            for (var i = 0; i < count; i++)
                target[i] = Sum(source + Corner(window, i, width), window.Width, window.Size) * share;
        }
    }

    /// <summary>Spreads each gradient evenly under its window; overwrites the target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MeanGradient(T* gradient, int gradientStride, int planes, in Window window, T* target)
    {
        var share = T.One / T.CreateTruncating(window.Size * window.Size);
        int width = window.OutputWidth, count = window.OutputHeight * width;
        for (var plane = 0; plane < planes; plane++, gradient += gradientStride, target += window.PlaneStride)
        {
            new Span<T>(target, window.PlaneStride).Clear();
            for (var i = 0; i < count; i++)
                Add(target + Corner(window, i, width), window.Width, window.Size, gradient[i] * share);
        }
    }

    /// <summary>Where the i-th window starts in its plane.</summary>
    private static int Corner(in Window window, int i, int width) =>
        (i / width * window.Step * window.Width) + (i % width * window.Step);

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
