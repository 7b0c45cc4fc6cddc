using ILGPU;

namespace TuneGraph.Training;

/// <summary>Channels as <see cref="ChannelView"/> places them, and numbers per channel.</summary>
internal struct ChannelArguments
{
    public Numbers Values, Other;
    public ArrayView<float> Means, Factors, Scales, Shifts, Slopes, Gamma, RunningMean, RunningVariance;
    public ArrayView<double> Sums, Products;
    public int Samples, Channels, Size, Stride, IsColumns, HasOther;
    public double Count, Epsilon, Momentum;
}

/// <summary>Rows of layer normalisation, and their moments.</summary>
internal struct RowNormArguments
{
    public Numbers Values, Other;
    public ArrayView<float> Gamma, Beta, Moments;
    public int Rows, Width, Stride;
    public float Epsilon;
}

/// <summary>What <see cref="ChannelKernels{T}"/> and <see cref="NormKernels{T, V, S}"/> do, on a device.</summary>
internal static class NormCode
{
    /// <summary>A channel a group.</summary>
    public static void Sums(ChannelArguments a)
    {
        double sum = 0;
        for (var i = Group.IdxX; i < a.Samples * a.Size; i += Group.DimX)
            sum += a.Values[Place(a, i, Grid.IdxX)];
        sum = Block.Sum(sum);
        if (Group.IdxX == 0)
            a.Sums[Grid.IdxX] = sum;
    }

    public static void CenteredSums(ChannelArguments a)
    {
        double sum = 0;
        var mean = a.Means[Grid.IdxX];
        for (var i = Group.IdxX; i < a.Samples * a.Size; i += Group.DimX)
        {
            var at = Place(a, i, Grid.IdxX);
            var centered = a.Values[at] - mean;
            sum += centered * (a.HasOther != 0 ? a.Other[at] : centered);
        }
        sum = Block.Sum(sum);
        if (Group.IdxX == 0)
            a.Sums[Grid.IdxX] = sum;
    }

    /// <summary>Other = (values - mean) scale + shift.</summary>
    public static void Affine(ChannelArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Samples * a.Size * a.Channels)
            return;
        var (at, c) = Find(a, i);
        a.Other[at] = ((a.Values[at] - a.Means[c]) * a.Scales[c]) + a.Shifts[c];
    }

    /// <summary>Other = other scale + (values - mean) slope + shift.</summary>
    public static void Combine(ChannelArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Samples * a.Size * a.Channels)
            return;
        var (at, c) = Find(a, i);
        a.Other[at] = (a.Other[at] * a.Scales[c]) + ((a.Values[at] - a.Means[c]) * a.Slopes[c]) + a.Shifts[c];
    }

    public static void Means(ChannelArguments a)
    {
        var c = Grid.GlobalIndex.X;
        if (c < a.Channels)
            a.Means[c] = (float)(a.Sums[c] / a.Count);
    }

    public static void Factors(ChannelArguments a)
    {
        var c = Grid.GlobalIndex.X;
        if (c >= a.Channels)
            return;
        var factor = (float)(1 / Math.Sqrt((a.Sums[c] / a.Count) + a.Epsilon));
        a.Factors[c] = factor;
        a.Scales[c] = factor * a.Gamma[c];
        var share = (float)a.Momentum;
        a.RunningMean[c] += share * (a.Means[c] - a.RunningMean[c]);
        var unbiased = (float)(a.Sums[c] / (a.Count > 2 ? a.Count - 1 : 1));
        a.RunningVariance[c] += share * (unbiased - a.RunningVariance[c]);
    }

    public static void Running(ChannelArguments a)
    {
        var c = Grid.GlobalIndex.X;
        if (c >= a.Channels)
            return;
        a.Means[c] = a.RunningMean[c];
        a.Scales[c] = a.Gamma[c] / MathF.Sqrt(a.RunningVariance[c] + (float)a.Epsilon);
    }

    /// <summary>β's gradient goes to the shifts, γ's to the slopes.</summary>
    public static void ParameterGradients(ChannelArguments a)
    {
        var c = Grid.GlobalIndex.X;
        if (c >= a.Channels)
            return;
        a.Shifts[c] = (float)a.Sums[c];
        a.Slopes[c] = (float)(a.Products[c] * a.Factors[c]);
    }

    public static void Slopes(ChannelArguments a)
    {
        var c = Grid.GlobalIndex.X;
        if (c >= a.Channels)
            return;
        double inverse = a.Factors[c], scale = a.Gamma[c] * inverse;
        a.Scales[c] = (float)scale;
        a.Slopes[c] = (float)(-scale * inverse * inverse * a.Products[c] / a.Count);
        a.Factors[c] = (float)(-scale * a.Sums[c] / a.Count);
    }

    /// <summary>A row a group.</summary>
    public static void Rows(RowNormArguments a)
    {
        var start = (long)Grid.IdxX * a.Stride;
        var sum = 0f;
        for (var i = Group.IdxX; i < a.Width; i += Group.DimX)
            sum += a.Values[start + i];
        var mean = Block.Sum(sum) / a.Width;
        sum = 0;
        for (var i = Group.IdxX; i < a.Width; i += Group.DimX)
            sum += (a.Values[start + i] - mean) * (a.Values[start + i] - mean);
        var inverse = 1 / MathF.Sqrt((Block.Sum(sum) / a.Width) + a.Epsilon);
        if (Group.IdxX == 0)
        {
            a.Moments[2 * Grid.IdxX] = mean;
            a.Moments[(2 * Grid.IdxX) + 1] = inverse;
        }
        for (var i = Group.IdxX; i < a.Stride; i += Group.DimX)
            a.Other[start + i] = ((a.Values[start + i] - mean) * inverse * a.Gamma[i]) + a.Beta[i];
    }

    /// <summary>
    /// γ's gradient goes to Gamma and β's to Beta; Other is the gradient by the output. A group sums 16 columns.
    /// </summary>
    public static void RowParameterGradients(RowNormArguments a)
    {
        var parts = SharedMemory.Allocate<float>(2 * Block.MostThreads);
        int lane = Group.IdxX / 16, lanes = Group.DimX / 16, column = (Grid.IdxX * 16) + (Group.IdxX % 16);
        float gamma = 0, beta = 0;
        for (var row = lane; row < a.Rows; row += lanes)
        {
            var at = ((long)row * a.Stride) + column;
            gamma += a.Other[at] * ((a.Values[at] - a.Moments[2 * row]) * a.Moments[(2 * row) + 1]);
            beta += a.Other[at];
        }
        parts[2 * Group.IdxX] = gamma;
        parts[(2 * Group.IdxX) + 1] = beta;
        Group.Barrier();
        if (lane > 0)
            return;
        for (var other = 1; other < lanes; other++)
        {
            gamma += parts[2 * ((other * 16) + Group.IdxX)];
            beta += parts[(2 * ((other * 16) + Group.IdxX)) + 1];
        }
        a.Gamma[column] = column < a.Width ? gamma : 0;
        a.Beta[column] = column < a.Width ? beta : 0;
    }

    /// <summary>The gradient by the output, Other, becomes that by the input. A row a group.</summary>
    public static void RowGradient(RowNormArguments a)
    {
        var start = (long)Grid.IdxX * a.Stride;
        float mean = a.Moments[2 * Grid.IdxX], inverse = a.Moments[(2 * Grid.IdxX) + 1], sum = 0, product = 0;
        for (var i = Group.IdxX; i < a.Width; i += Group.DimX)
        {
            var scaled = a.Other[start + i] * a.Gamma[i];
            sum += scaled;
            product += scaled * ((a.Values[start + i] - mean) * inverse);
        }
        sum = Block.Sum(sum) / a.Width;
        product = Block.Sum(product) / a.Width;
        for (var i = Group.IdxX; i < a.Width; i += Group.DimX)
        {
            var normal = (a.Values[start + i] - mean) * inverse;
            a.Other[start + i] = inverse * ((a.Other[start + i] * a.Gamma[i]) - sum - (normal * product));
        }
    }

    /// <summary>Where the i-th value of a channel lies.</summary>
    private static long Place(ChannelArguments a, int i, int channel) => a.IsColumns != 0
        ? ((long)i * a.Stride) + channel
        : ((((long)(i / a.Size) * a.Channels) + channel) * a.Stride) + (i % a.Size);

    /// <summary>Place and channel of the i-th of all values, neighbours beside each other.</summary>
    private static (long At, int Channel) Find(ChannelArguments a, int i)
    {
        if (a.IsColumns != 0)
            return (((long)(i / a.Channels) * a.Stride) + (i % a.Channels), i % a.Channels);
        var plane = i / a.Size;
        return (((long)plane * a.Stride) + (i % a.Size), plane % a.Channels);
    }
}
