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
        for (var line = 0; line < window.Channels * window.Size; line++)
        {
            var (channel, i) = Math.DivRem(line, window.Size);
            var (top, bottom) = window.Inside(i, window.Height, window.OutputHeight);
            var first = image + ((nint)channel * window.PlaneStride)
                + (((nint)(top * window.Step) - window.Padding + i) * window.Width);
            for (var j = 0; j < window.Size; j++, columns += stride)
            {
                var (left, right) = window.Inside(j, window.Width, window.OutputWidth);
                var source = first + ((left * window.Step) - window.Padding + j);
                if (left >= right || top >= bottom)
                    Clear(columns, (nint)window.OutputHeight * window.OutputWidth);
                else
                    Gather(source, window, new Rectangle(top, bottom, left, right), columns);
            }
        }
    }

    // Zeros go before the values, whose registers may overwrite them; what is written past a row is overwritten by the
    // next.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Gather(T* source, in Window window, in Rectangle inside, T* columns)
    {
        int width = window.OutputWidth, count = inside.Right - inside.Left, gap = width - count;
        var sourceStep = (nint)window.Step * window.Width;
        var target = columns + ((nint)inside.Top * width) + inside.Left;
        Clear(columns, (nint)(target - columns));
        for (var y = inside.Top; y < inside.Bottom; y++, source += sourceStep, target += width)
        {
            if (gap > 0 && y > inside.Top)
                Clear(target - gap, gap);
            if (window.Step == 1)
                Copy(source, target, count);
            else
                Copy(source, window.Step, target, count);
        }
        target += count - width;
        Clear(target, (nint)(columns + ((nint)window.OutputHeight * width) - target));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(T* source, T* target, int count)
    {
        for (var x = 0; x < count; x += S.Count)
            S.Store(S.Load(source + x), target + x);
    }

    private static void Copy(T* source, int step, T* target, int count)
    {
        for (var x = 0; x < count; x++)
            target[x] = source[(nint)x * step];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clear(T* target, nint count)
    {
        for (nint x = 0; x < count; x += S.Count)
            S.Store(default, target + x);
    }

    /// <summary>
    /// Adds columns [depth, stride] back to the places of an image that they were taken from. Reads up to a register
    /// past the end of the columns; what it reads beside their places counts for nothing.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fold(T* columns, nint stride, in Window window, T* image)
    {
        var end = image + ((nint)window.Channels * window.PlaneStride);
        new Span<T>(image, (int)(end - image)).Clear();
        if (window.Step != 1)
        {
            Scatter(columns, stride, window, image);
            return;
        }
        T* masks = stackalloc T[window.Size * S.Count];
        // From right to left: what a register writes past its row is overwritten later.
        for (var x = (window.Width - 1) / S.Count * S.Count; x >= 0; x -= S.Count)
        {
            SetMasks(window, x, masks);
            T* plane = image, source = columns + x + window.Padding;
            for (; plane < end; plane += window.PlaneStride, source += window.Size * window.Size * stride)
            {
                for (var y = 0; y < window.Height; y++)
                    Store(SumOf(source, stride, window, y, masks), plane + ((nint)y * window.Width) + x, end);
            }
        }
    }

    /// <summary>What all elements of the window give to a register of a row of the image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V SumOf(T* columns, nint stride, in Window window, int y, T* masks)
    {
        V sum = default;
        int size = window.Size, width = window.OutputWidth, row = y + window.Padding;
        var last = Math.Min(size - 1, row);
        for (var i = Math.Max(0, row - window.OutputHeight + 1); i <= last; i++)
        {
            var source = columns + (i * size * stride) + ((nint)(row - i) * width);
            for (var j = 0; j < size; j++, source += stride - 1)
                sum = S.Add(sum, S.Select(S.Load(masks + (j * S.Count)), S.Load(source), default));
        }
        return sum;
    }

    /// <summary>For each column j of the window, the lanes to whose elements of the image it gives something.</summary>
    private static void SetMasks(in Window window, int x, T* masks)
    {
        for (var j = 0; j < window.Size; j++, masks += S.Count)
        {
            var (left, right) = window.Inside(j, window.Width, window.OutputWidth);
            for (var lane = 0; lane < S.Count; lane++)
            {
                var place = x + lane + window.Padding - j;
                masks[lane] = place >= left && place < right ? T.NegativeOne : T.Zero;
            }
            S.Store(S.LessThan(S.Load(masks), default), masks);
        }
    }

    /// <summary>Stores a register, but nothing past the end: that may be another thread's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(V value, T* target, T* end)
    {
        if (target + S.Count <= end)
            S.Store(value, target);
        else
            StoreFirst(value, target, (int)(end - target));
    }

    private static void StoreFirst(V value, T* target, int count)
    {
        T* lanes = stackalloc T[S.Count];
        S.Store(value, lanes);
        new Span<T>(lanes, count).CopyTo(new Span<T>(target, count));
    }

    private static void Scatter(T* columns, nint stride, in Window window, T* image)
    {
        for (var row = 0; row < window.Depth; row++, columns += stride)
        {
            var (plane, i, j) = window.Place(row);
            var (top, bottom) = window.Inside(i, window.Height, window.OutputHeight);
            var (left, right) = window.Inside(j, window.Width, window.OutputWidth);
            for (var y = top; y < bottom; y++)
            {
                var target = image + plane + (((nint)(y * window.Step) - window.Padding + i) * window.Width)
                    - window.Padding + j;
                for (var x = left; x < right; x++)
                    target[x * window.Step] += columns[(y * window.OutputWidth) + x];
            }
        }
    }

    /// <summary>The places of a window at which one of its elements lies inside the plane.</summary>
    private readonly record struct Rectangle(int Top, int Bottom, int Left, int Right);

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
