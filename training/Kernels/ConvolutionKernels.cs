using System.Numerics;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>
/// Unfolds an image to a matrix whose product with the filters is the convolution (Chellapilla, Puri, Simard 2006,
/// "High performance convolutional neural networks for document processing"), and folds its gradient back.
/// </summary>
internal static unsafe class ConvolutionKernels<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>
    /// Writes one image as columns [depth, stride]: row (channel, y, x of the window), one column per place of it.
    /// What is past the places is left as it is or overwritten by image values. Reads and writes up to a register past
    /// the end.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Unfold(T* image, in Window window, T* columns, nint stride)
    {
        int height = window.OutputHeight, width = window.OutputWidth;
        for (var row = 0; row < window.Depth; row++, columns += stride)
        {
            var (plane, i, j) = window.Place(row);
            var (top, bottom) = window.Inside(i, window.Height, height);
            var (left, right) = window.Inside(j, window.Width, width);
            if (top > 0)
                new Span<T>(columns, top * width).Clear();
            for (var y = top; y < bottom; y++)
            {
                var from = image + plane + ((((nint)y * window.Step) - window.Padding + i) * window.Width)
                    + ((left * window.Step) - window.Padding + j);
                Row(columns + ((nint)y * width), from, left, right, width, window.Step);
            }
            if (bottom < height)
                new Span<T>(columns + ((nint)bottom * width), (height - bottom) * width).Clear();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(T* target, T* source, int left, int right, int width, int step)
    {
        for (var x = 0; x < left; x++)
            target[x] = T.Zero;
        if (step == 1)
        {
            for (var x = left; x < right; x += S.Count)
                S.Store(S.Load(source + x - left), target + x);
        }
        else
        {
            for (var x = left; x < right; x++)
                target[x] = source[(nint)(x - left) * step];
        }
        for (var x = right; x < width; x++)
            target[x] = T.Zero;
    }

    /// <summary>Adds columns [depth, stride] back to the places of an image that they were taken from.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fold(T* columns, nint stride, in Window window, T* image)
    {
        int height = window.OutputHeight, width = window.OutputWidth;
        new Span<T>(image, window.Channels * window.PlaneStride).Clear();
        for (var row = 0; row < window.Depth; row++, columns += stride)
        {
            var (plane, i, j) = window.Place(row);
            var (top, bottom) = window.Inside(i, window.Height, height);
            var (left, right) = window.Inside(j, window.Width, width);
            for (var y = top; y < bottom; y++)
            {
                var to = image + plane + ((((nint)y * window.Step) - window.Padding + i) * window.Width)
                    + ((left * window.Step) - window.Padding + j);
                AddRow(to, columns + ((nint)y * width) + left, right - left, window.Step);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddRow(T* target, T* source, int count, int step)
    {
        var x = 0;
        if (step == 1)
        {
            for (; x <= count - S.Count; x += S.Count)
                S.Store(S.Add(S.Load(target + x), S.Load(source + x)), target + x);
        }
        for (; x < count; x++)
            target[(nint)x * step] += source[x];
    }

    /// <summary>For a range of channels, sums[channel] = the sum over samples and places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PlaneSums(
        T* source, int samples, int channels, int planeStride, T* sums, int from, int end)
    {
        for (var channel = from; channel < end; channel++)
        {
            V sum = default;
            for (var sample = 0; sample < samples; sample++)
            {
                var plane = source + ((((nint)sample * channels) + channel) * planeStride);
                for (var i = 0; i < planeStride; i += S.Count)
                    sum = S.Add(sum, S.Load(plane + i));
            }
            sums[channel] = S.Sum(sum);
        }
    }
}
