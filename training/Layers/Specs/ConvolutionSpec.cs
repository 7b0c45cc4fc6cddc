namespace TuneGraph.Training;

/// <summary>
/// A two-dimensional convolution (cross-correlation, as is the custom) of an image with square filters. Weights start
/// like those of <see cref="LinearSpec"/>, with channels * kernel² inputs.
/// </summary>
public sealed record ConvolutionSpec : LayerSpec
{
    /// <summary>Filters, which are the channels of the output; 1 to 65,536.</summary>
    public required int Channels { get; init => field = Range(nameof(Channels), value, 1, MaxWidth); }

    /// <summary>Rows and columns of a filter, 1 to 64.</summary>
    public required int Kernel { get; init => field = Range(nameof(Kernel), value, 1, 64); }

    /// <summary>From one place of a filter to the next, 1 to 64. Default: 1.</summary>
    public int Stride { get; init => field = Range(nameof(Stride), value, 1, 64); } = 1;

    /// <summary>Zeros around the image, 0 to 63 and less than the kernel. Default: 0.</summary>
    public int Padding { get; init => field = Range(nameof(Padding), value, 0, 63); }
}
