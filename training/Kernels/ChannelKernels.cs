using System.Numerics;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>Where the values of a channel lie: in planes of an image, or in the columns of plain rows.</summary>
/// <param name="Samples">Samples.</param>
/// <param name="Channels">Channels of each.</param>
/// <param name="Size">True values per channel and sample: 1 for columns.</param>
/// <param name="Stride">Elements per plane; for columns, per row.</param>
internal readonly record struct ChannelView(int Samples, int Channels, int Size, int Stride)
{
    /// <summary>Whether a channel is a column rather than a plane.</summary>
    public bool IsColumns { get; init; }
}

/// <summary>What batch normalisation keeps per channel.</summary>
internal readonly unsafe struct ChannelNorm<T>
    where T : unmanaged
{
    public required int Channels { get; init; }
    public required double Epsilon { get; init; }
    public required T* Gamma { get; init; }
    public required T* RunningMean { get; init; }
    public required T* RunningVariance { get; init; }

    /// <summary>What is subtracted.</summary>
    public required T* Means { get; init; }

    /// <summary>1 / σ.</summary>
    public required T* Factors { get; init; }

    /// <summary>γ / σ.</summary>
    public required T* Scales { get; init; }
}

/// <summary>What batch normalisation does per channel. Sums go over samples in order, in double.</summary>
internal static unsafe class ChannelKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>For a range of channels, sums[c] = Σ a over the channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sums(T* a, in ChannelView view, double* sums, int first, int end)
    {
        for (var c = first; c < end; c++)
        {
            double sum = 0;
            for (var sample = 0; sample < view.Samples; sample++)
            {
                var at = Place(a, view, sample, c);
                var part = T.Zero;
                for (var i = 0; i < view.Size; i++)
                    part += at[i];
                sum += double.CreateTruncating(part);
            }
            sums[c] = sum;
        }
    }

    /// <summary>
    /// For a range of channels, sums[c] = Σ (x - mean[c]) b over the channel; b = null stands for x - mean[c] itself.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CenteredSums(
        T* x, T* mean, T* b, in ChannelView view, double* sums, int first, int end)
    {
        for (var c = first; c < end; c++)
        {
            double sum = 0;
            for (var sample = 0; sample < view.Samples; sample++)
            {
                var at = Place(x, view, sample, c);
                var other = b == null ? null : Place(b, view, sample, c);
                var part = T.Zero;
                for (var i = 0; i < view.Size; i++)
                {
                    var centered = at[i] - mean[c];
                    part += centered * (other == null ? centered : other[i]);
                }
                sum += double.CreateTruncating(part);
            }
            sums[c] = sum;
        }
    }

    /// <summary>For a range of samples, y = (x - mean[c]) * scale[c] + shift[c].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Affine(
        T* x, T* mean, T* scale, T* shift, in ChannelView view, T* y, int first, int end)
    {
        for (var sample = first; sample < end; sample++)
        {
            for (var c = 0; c < view.Channels; c++)
            {
                T* from = Place(x, view, sample, c), to = Place(y, view, sample, c);
                T m = mean[c], s = scale[c], t = shift[c];
                for (var i = 0; i < view.Size; i++)
                    to[i] = ((from[i] - m) * s) + t;
            }
        }
    }

    /// <summary>
    /// For a range of samples, gradient = gradient * a[c] + (x - mean[c]) * b[c] + shift[c], in place.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Combine(
        T* gradient, T* x, T* mean, T* a, T* b, T* shift, in ChannelView view, int first, int end)
    {
        for (var sample = first; sample < end; sample++)
        {
            for (var c = 0; c < view.Channels; c++)
            {
                T* to = Place(gradient, view, sample, c), from = Place(x, view, sample, c);
                T p = a[c], q = b[c], t = shift[c], m = mean[c];
                for (var i = 0; i < view.Size; i++)
                    to[i] = (to[i] * p) + ((from[i] - m) * q) + t;
            }
        }
    }

    public static void Means(double* sums, double count, int channels, T* means)
    {
        for (var c = 0; c < channels; c++)
            means[c] = T.CreateTruncating(sums[c] / count);
    }

    public static void Factors(double* squares, double count, in ChannelNorm<T> norm, double momentum)
    {
        var share = T.CreateTruncating(momentum);
        for (var c = 0; c < norm.Channels; c++)
        {
            norm.Factors[c] = T.CreateTruncating(1 / Math.Sqrt((squares[c] / count) + norm.Epsilon));
            norm.Scales[c] = norm.Factors[c] * norm.Gamma[c];
            norm.RunningMean[c] += share * (norm.Means[c] - norm.RunningMean[c]);
            var unbiased = T.CreateTruncating(squares[c] / Math.Max(1, count - 1));
            norm.RunningVariance[c] += share * (unbiased - norm.RunningVariance[c]);
        }
    }

    public static void Running(in ChannelNorm<T> norm)
    {
        for (var c = 0; c < norm.Channels; c++)
        {
            norm.Means[c] = norm.RunningMean[c];
            norm.Scales[c] = norm.Gamma[c] / T.Sqrt(norm.RunningVariance[c] + T.CreateTruncating(norm.Epsilon));
        }
    }

    public static void ParameterGradients(
        double* sums, double* products, T* factors, int channels, T* gammaGradient, T* betaGradient)
    {
        for (var c = 0; c < channels; c++)
        {
            betaGradient[c] = T.CreateTruncating(sums[c]);
            gammaGradient[c] = T.CreateTruncating(products[c] * double.CreateTruncating(factors[c]));
        }
    }

    public static void Slopes(
        double* sums, double* products, double count, in ChannelNorm<T> norm, T* slopes)
    {
        for (var c = 0; c < norm.Channels; c++)
        {
            var inverse = double.CreateTruncating(norm.Factors[c]);
            var scale = double.CreateTruncating(norm.Gamma[c]) * inverse;
            norm.Scales[c] = T.CreateTruncating(scale);
            slopes[c] = T.CreateTruncating(-scale * inverse * inverse * products[c] / count);
            norm.Factors[c] = T.CreateTruncating(-scale * sums[c] / count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T* Place(T* values, in ChannelView view, int sample, int channel) => view.IsColumns
        ? values + ((nint)sample * view.Stride) + channel
        : values + ((((nint)sample * view.Channels) + channel) * view.Stride);
}
