using System.Numerics;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Channels, height, width, size, step and padding: edges of registers, rows and planes.</summary>
public static class ImageShapes
{
    public static TheoryData<int, int, int, int, int, int> Windows => new()
    {
        { 1, 28, 28, 5, 1, 2 }, { 6, 14, 14, 5, 1, 0 }, { 3, 7, 9, 3, 1, 1 }, { 2, 5, 40, 3, 1, 1 },
        { 2, 9, 9, 3, 2, 1 }, { 1, 33, 17, 1, 1, 0 },
        { 2, 6, 6, 5, 1, 4 }, { 1, 2, 3, 5, 1, 4 }, { 3, 11, 35, 4, 3, 2 }, { 1, 1, 1, 1, 1, 0 },
    };

    public static TheoryData<int, int, int, int, int, int> Pools => new()
    {
        { 6, 28, 28, 2, 2, 0 }, { 16, 10, 10, 2, 2, 0 }, { 3, 11, 37, 2, 2, 0 }, { 1, 2, 2, 2, 2, 0 },
        { 2, 8, 80, 2, 2, 0 }, { 2, 9, 9, 3, 2, 0 }, { 2, 9, 9, 2, 1, 0 }, { 2, 7, 33, 1, 1, 0 },
    };
}

/// <summary>What the kernels for images owe, whatever the width of registers.</summary>
public abstract unsafe class ImageKernelSuite<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 3, Slack = 64;

    /// <summary>The kernels under test.</summary>
    private protected abstract Kernels<T> Kernels { get; }

    /// <summary>Rounding error of the type, times room for the operations behind one value.</summary>
    private protected static double Tolerance => typeof(T) == typeof(float) ? 2e-6 : 1e-14;

    [Theory]
    [MemberData(nameof(ImageShapes.Windows), MemberType = typeof(ImageShapes))]
    public void Unfolded_images_hold_what_lies_under_each_place_of_the_window(
        int channels, int height, int width, int size, int step, int padding)
    {
        var window = WindowOf(channels, height, width, size, step, padding);
        using var images = Random((long)Count * channels * window.PlaneStride, 1);
        var (_, stride) = Places(window);
        using var columns = Random(((long)Count * window.Depth * stride) + Slack, 2);
        using var padded = Padded(images);
        Kernels.Unfold(padded.Pointer, Count, window, columns.Pointer, stride);
        ForEachPlace(window, stride, (pixel, column) =>
            Assert.Equal(pixel < 0 ? T.Zero : images.Span[pixel], columns.Span[column]));
    }

    [Theory]
    [MemberData(nameof(ImageShapes.Windows), MemberType = typeof(ImageShapes))]
    public void Folded_columns_are_summed_where_they_came_from_and_nothing_else_is_written(
        int channels, int height, int width, int size, int step, int padding)
    {
        var window = WindowOf(channels, height, width, size, step, padding);
        var length = channels * window.PlaneStride;
        var (_, stride) = Places(window);
        using var columns = Random(((long)Count * window.Depth * stride) + Slack, 3);
        using var images = Random(((long)Count * length) + Slack, 4);
        var beyond = images.Span[(Count * length)..].ToArray();
        var expected = new double[Count * length];
        ForEachPlace(window, stride, (pixel, column) =>
        {
            if (pixel >= 0)
                expected[pixel] += ToDouble(columns.Span[column]);
        });
        // The last image first: nobody may count on the order.
        for (var image = Count - 1; image >= 0; image--)
        {
            Kernels.Fold(
                columns.Pointer + ((nint)image * window.Depth * stride), stride, 1, window,
                images.Pointer + ((nint)image * length));
        }
        for (var i = 0; i < expected.Length; i++)
            AssertNear(expected[i], images.Span[i], window.Size * window.Size);
        Assert.Equal(beyond, images.Span[(Count * length)..].ToArray());
    }

    [Theory]
    [MemberData(nameof(ImageShapes.Pools), MemberType = typeof(ImageShapes))]
    public void The_largest_value_under_a_window_is_the_first_of_equal_ones_or_not_a_number(
        int channels, int height, int width, int size, int step, int padding)
    {
        var window = WindowOf(channels, height, width, size, step, padding);
        var (outputs, stride) = (window.OutputHeight * window.OutputWidth, Panels<T>.RoundUp(Places(window).Places));
        using var images = Random(((long)channels * window.PlaneStride) + Slack, 5);
        var random = new Random(6);
        for (var i = 0; i < images.Length; i++)     // few values, so that many are equal
            images.Span[i] = random.Next(20) == 0 ? T.NaN : T.CreateTruncating(random.Next(4));
        using var largest = new NativeArray<T>(((long)channels * stride) + Slack);
        using var places = new NativeArray<int>(((long)channels * stride) + Slack);
        Kernels.MaxPool(images.Pointer, channels, window, largest.Pointer, stride, places.Pointer);
        for (var i = 0; i < channels * outputs; i++)
        {
            var (channel, output) = Math.DivRem(i, outputs);
            var plane = images.Span.Slice(channel * window.PlaneStride, window.PlaneStride).ToArray();
            var under = Under(window, output);
            var at = (channel * stride) + output;
            Assert.Contains(places.Span[at], under);
            Assert.Equal(plane[places.Span[at]], largest.Span[at]);
            if (under.Any(place => T.IsNaN(plane[place])))
                Assert.True(T.IsNaN(largest.Span[at]));
            else
                Assert.Equal(under.MaxBy(place => ToDouble(plane[place])), places.Span[at]);
        }
    }

    [Theory]
    [MemberData(nameof(ImageShapes.Pools), MemberType = typeof(ImageShapes))]
    public void The_mean_under_a_window_and_its_gradient_are_those_of_the_definition(
        int channels, int height, int width, int size, int step, int padding)
    {
        var window = WindowOf(channels, height, width, size, step, padding);
        var (outputs, stride) = (window.OutputHeight * window.OutputWidth, Panels<T>.RoundUp(Places(window).Places));
        using var images = Random(((long)channels * window.PlaneStride) + Slack, 5);
        using var means = new NativeArray<T>(((long)channels * stride) + Slack);
        Kernels.MeanPool(images.Pointer, channels, window, means.Pointer, stride);
        var expected = new double[channels * window.PlaneStride];
        for (var i = 0; i < channels * outputs; i++)
        {
            var (channel, output) = Math.DivRem(i, outputs);
            var (start, mean) = (channel * window.PlaneStride, means.Span[(channel * stride) + output]);
            var under = Under(window, output);
            AssertNear(under.Average(place => ToDouble(images.Span[start + place])), mean, 4);
            foreach (var place in under)
                expected[start + place] += ToDouble(mean) / (size * size);
        }
        Assert.All(means.Span[^Slack..].ToArray(), value => Assert.Equal(T.Zero, value));
        Kernels.MeanPoolGradient(means.Pointer, stride, channels, window, images.Pointer);
        for (var i = 0; i < expected.Length; i++)
            AssertNear(expected[i], images.Span[i], 4);
    }

    private static int[] Under(Window window, int output)
    {
        var (y, x) = Math.DivRem(output, window.OutputWidth);
        return
        [
            .. from i in Enumerable.Range(0, window.Size)
               from j in Enumerable.Range(0, window.Size)
               select (((y * window.Step) + i) * window.Width) + (x * window.Step) + j,
        ];
    }

    /// <summary>Each pixel, or -1 for one outside, with its place among the columns.</summary>
    private static void ForEachPlace(Window window, int stride, Action<int, int> act)
    {
        var all = from image in Enumerable.Range(0, Count)
                  from row in Enumerable.Range(0, window.Depth)
                  from output in Enumerable.Range(0, window.OutputHeight * window.OutputWidth)
                  select (image, row, output);
        foreach (var (image, row, output) in all)
        {
            var (channel, element) = Math.DivRem(row, window.Size * window.Size);
            var (i, j) = Math.DivRem(element, window.Size);
            var (y, x) = Math.DivRem(output, window.OutputWidth);
            (y, x) = ((y * window.Step) + i - window.Padding, (x * window.Step) + j - window.Padding);
            var isInside = y >= 0 && y < window.Height && x >= 0 && x < window.Width;
            var pixel = (((image * window.Channels) + channel) * window.PlaneStride) + (y * window.Width) + x;
            act(isInside ? pixel : -1, (((image * window.Depth) + row) * stride) + output);
        }
    }

    private static Window WindowOf(int channels, int height, int width, int size, int step, int padding) =>
        new(channels, height, width, Panels<T>.RoundUp(height * width), size, step, padding);

    private static (int Places, int Stride) Places(Window window)
    {
        var places = Panels<T>.RoundUp(window.OutputHeight * window.OutputWidth);
        return (places, places + Panels<T>.Width);
    }

    private static NativeArray<T> Padded(NativeArray<T> values)
    {
        var padded = new NativeArray<T>(values.Length + Slack);
        values.Span.CopyTo(padded.Span);
        return padded;
    }

    private protected static NativeArray<T> Random(long length, int seed)
    {
        var array = new NativeArray<T>(length);
        var random = new Random(seed);
        for (var i = 0; i < length; i++)
            array.Span[i] = T.CreateTruncating((2 * random.NextDouble()) - 1);
        return array;
    }

    private protected static double ToDouble(T value) => double.CreateTruncating(value);

    private protected static void AssertNear(double expected, T actual, double scale) =>
        Assert.Equal(expected, ToDouble(actual), Math.Max(Tolerance * scale, double.Epsilon));
}
