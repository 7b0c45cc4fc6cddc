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

/// <summary>What batch normalisation does per channel. Sums go over samples in order, in double.</summary>
internal static unsafe class ChannelKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>sums[c] = Σ a over the channel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sums(T* a, in ChannelView view, double* sums)
    {
        for (var c = 0; c < view.Channels; c++)
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

    /// <summary>sums[c] = Σ (x - mean[c]) b over the channel; b = null stands for x - mean[c] itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CenteredSums(T* x, T* mean, T* b, in ChannelView view, double* sums)
    {
        for (var c = 0; c < view.Channels; c++)
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

    /// <summary>y = (x - mean[c]) * scale[c] + shift[c].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Affine(T* x, T* mean, T* scale, T* shift, in ChannelView view, T* y)
    {
        for (var sample = 0; sample < view.Samples; sample++)
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

    /// <summary>gradient = gradient * a[c] + (x - mean[c]) * b[c] + shift[c], in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Combine(T* gradient, T* x, T* mean, T* a, T* b, T* shift, in ChannelView view)
    {
        for (var sample = 0; sample < view.Samples; sample++)
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T* Place(T* values, in ChannelView view, int sample, int channel) => view.IsColumns
        ? values + ((nint)sample * view.Stride) + channel
        : values + ((((nint)sample * view.Channels) + channel) * view.Stride);
}
