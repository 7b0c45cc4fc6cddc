using ILGPU;

namespace TuneGraph.Training;

/// <summary>Images under a <see cref="Window"/>.</summary>
internal struct ImageArguments
{
    public Numbers Images, Columns;
    public ArrayView<int> Places;
    public int Count, Channels, Height, Width, PlaneStride, Size, Step, Padding, OutputHeight, OutputWidth;

    /// <summary>From one row of columns, or plane of outputs, to the next.</summary>
    public int Stride;
}

/// <summary>
/// What <see cref="ConvolutionKernels{T, V, S}"/> and <see cref="PoolingKernels{T, V, S}"/> do, on a device.
/// </summary>
internal static class ImageCode
{
    /// <summary>An element of the columns [images, channels, size, size, stride] a thread.</summary>
    public static void Unfold(ImageArguments a)
    {
        var i = Grid.GlobalIndex.X;
        var area = a.Size * a.Size;
        if (i >= a.Count * a.Channels * area * a.Stride)
            return;
        int place = i % a.Stride, row = i / a.Stride, within = row % area, plane = row / area;
        int y = (place / a.OutputWidth * a.Step) - a.Padding + (within / a.Size);
        int x = (place % a.OutputWidth * a.Step) - a.Padding + (within % a.Size);
        var inside = place < a.OutputHeight * a.OutputWidth && y >= 0 && y < a.Height && x >= 0 && x < a.Width;
        a.Columns[i] = inside ? a.Images[((long)plane * a.PlaneStride) + (y * a.Width) + x] : 0;
    }

    /// <summary>
    /// An element of the images a thread: the sum of all places of the columns that were taken from it.
    /// </summary>
    public static void Fold(ImageArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Count * a.Channels * a.PlaneStride)
            return;
        int plane = i / a.PlaneStride, y = i % a.PlaneStride / a.Width, x = i % a.PlaneStride % a.Width;
        var sum = 0f;
        for (var within = 0; within < a.Size * a.Size && y < a.Height; within++)
        {
            int top = y + a.Padding - (within / a.Size), left = x + a.Padding - (within % a.Size);
            if (top < 0 || left < 0 || top % a.Step != 0 || left % a.Step != 0
                || top / a.Step >= a.OutputHeight || left / a.Step >= a.OutputWidth)
            {
                continue;
            }
            var row = ((long)plane * a.Size * a.Size) + within;
            sum += a.Columns[(row * a.Stride) + (top / a.Step * a.OutputWidth) + (left / a.Step)];
        }
        a.Images[i] = sum;
    }

    /// <summary>A channel a group: the sum over its planes [count, channels, plane stride], to the columns.</summary>
    public static void PlaneSums(ImageArguments a)
    {
        var sum = 0f;
        for (var i = Group.IdxX; i < a.Count * a.PlaneStride; i += Group.DimX)
        {
            var plane = ((long)(i / a.PlaneStride) * a.Channels) + Grid.IdxX;
            sum += a.Images[(plane * a.PlaneStride) + (i % a.PlaneStride)];
        }
        sum = Block.Sum(sum);
        if (Group.IdxX == 0)
            a.Columns[Grid.IdxX] = sum;
    }

    /// <summary>A window a thread.</summary>
    public static void MaxPool(ImageArguments a)
    {
        var i = Grid.GlobalIndex.X;
        var windows = a.OutputHeight * a.OutputWidth;
        if (i >= a.Count * windows)
            return;
        int plane = i / windows, window = i % windows;
        var start = (long)plane * a.PlaneStride;
        var corner = (window / a.OutputWidth * a.Step * a.Width) + (window % a.OutputWidth * a.Step);
        var place = corner;
        var largest = a.Images[start + corner];
        for (var within = 0; within < a.Size * a.Size; within++)
        {
            var at = corner + (within / a.Size * a.Width) + (within % a.Size);
            var value = a.Images[start + at];
            if (!(value <= largest))                       // NaN wins, so that it shows in the loss
            {
                largest = value;
                place = at;
            }
        }
        a.Columns[((long)plane * a.Stride) + window] = largest;
        a.Places[((long)plane * a.Stride) + window] = place;
    }

    public static void MeanPool(ImageArguments a)
    {
        var i = Grid.GlobalIndex.X;
        var windows = a.OutputHeight * a.OutputWidth;
        if (i >= a.Count * windows)
            return;
        int plane = i / windows, window = i % windows;
        var corner = ((long)plane * a.PlaneStride)
            + (window / a.OutputWidth * a.Step * a.Width) + (window % a.OutputWidth * a.Step);
        var sum = 0f;
        for (var within = 0; within < a.Size * a.Size; within++)
            sum += a.Images[corner + (within / a.Size * a.Width) + (within % a.Size)];
        a.Columns[((long)plane * a.Stride) + window] = sum * (1f / (a.Size * a.Size));
    }

    /// <summary>
    /// An element of the images a thread: the gradients of all windows that it won, or its share of theirs.
    /// </summary>
    public static void MaxPoolGradient(ImageArguments a) => PoolGradient(a, ofLargest: true);

    public static void MeanPoolGradient(ImageArguments a) => PoolGradient(a, ofLargest: false);

    private static void PoolGradient(ImageArguments a, bool ofLargest)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Count * a.PlaneStride)
            return;
        int plane = i / a.PlaneStride, at = i % a.PlaneStride, y = at / a.Width, x = at % a.Width;
        // The first and the last window over a place; none past the image.
        int top = y < a.Size ? 0 : (y - a.Size) / a.Step + 1, left = x < a.Size ? 0 : (x - a.Size) / a.Step + 1;
        int bottom = y / a.Step < a.OutputHeight - 1 ? y / a.Step : a.OutputHeight - 1;
        int right = x / a.Step < a.OutputWidth - 1 ? x / a.Step : a.OutputWidth - 1;
        var sum = 0f;
        for (var row = top; row <= bottom && y < a.Height; row++)
        {
            for (var column = left; column <= right; column++)
            {
                var window = ((long)plane * a.Stride) + (row * a.OutputWidth) + column;
                if (!ofLargest || a.Places[window] == at)
                    sum += a.Columns[window];
            }
        }
        a.Images[i] = ofLargest ? sum : sum * (1f / (a.Size * a.Size));
    }
}
