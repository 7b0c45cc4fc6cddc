using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>
/// A convolutional network: blocks of convolution, (batch norm,) activation and pooling, then dense layers. LeCun et
/// al. 1998, in today's form.
/// </summary>
public sealed record CnnSpec : ModelSpec
{
    /// <summary>Rows of the image. At least 1.</summary>
    public required int Height { get; init => field = SettingRange.Whole(nameof(Height), value, 1, 65536); }

    /// <summary>Columns of the image. At least 1.</summary>
    public required int Width { get; init => field = SettingRange.Whole(nameof(Width), value, 1, 65536); }

    /// <summary>Channels of the image, one after the other in a row of the data. Default: 1.</summary>
    public int Channels { get; init => field = SettingRange.Whole(nameof(Channels), value, 1, 65536); } = 1;

    /// <summary>Filters of each block, 1 to 65,536 each; 1 to 32 blocks.</summary>
    public required ImmutableArray<int> Filters
    {
        get;
        init => field = value.IsDefaultOrEmpty || value.Length > 32 || value.Any(count => count is < 1 or > 65536)
            ? throw new ArgumentOutOfRangeException(
                nameof(Filters), value, "1 to 32 blocks of 1 to 65536 filters are needed.")
            : value;
    }

    /// <summary>Rows and columns of a filter, 1 to 64. Default: 3.</summary>
    public int Kernel { get; init => field = SettingRange.Whole(nameof(Kernel), value, 1, 64); } = 3;

    /// <summary>
    /// Pooling window after each block, 1 to 64; 1 does not pool. Default: 2. A block whose image is smaller than the
    /// window does not pool.
    /// </summary>
    public int Pool { get; init => field = SettingRange.Whole(nameof(Pool), value, 1, 64); } = 2;

    /// <summary>What pooling takes. Default: the largest.</summary>
    public PoolingKind Pooling { get; init; } = PoolingKind.Max;

    /// <summary>Whether each convolution is followed by batch normalisation. Default: false.</summary>
    public bool BatchNorm { get; init; }

    /// <summary>Widths of the dense layers between the last block and the output. Default: none.</summary>
    public ImmutableArray<int> Hidden
    {
        get;
        init => field = value.IsDefault ? [] : [.. value.Select(w => SettingRange.Whole("Hidden", w, 1, 65536))];
    } = [];

    /// <summary>The function after every convolution and dense layer. Default: ReLU.</summary>
    public Activation Activation { get; init => field = SettingRange.Known(nameof(Activation), value); }

    /// <summary>
    /// Probability that a unit of a dense layer, or of the last block, is dropped; in [0, 1). Default: 0.
    /// </summary>
    public double Dropout { get; init => field = SettingRange.Share(nameof(Dropout), value); }

    /// <inheritdoc/>
    /// <remarks>Convolutions with an odd kernel keep the size of the image (padding (kernel - 1) / 2).</remarks>
    public override ImmutableArray<LayerSpec> Layers(int features, int outputs)
    {
        var layers = ImmutableArray.CreateBuilder<LayerSpec>();
        layers.Add(new ImageSpec { Channels = Channels, Height = Height, Width = Width });
        var (height, width, padding) = (Height, Width, (Kernel - 1) / 2);
        foreach (var filters in Filters)
        {
            layers.Add(new ConvolutionSpec { Channels = filters, Kernel = Kernel, Padding = padding });
            (height, width) = (height + (2 * padding) - Kernel + 1, width + (2 * padding) - Kernel + 1);
            if (BatchNorm)
                layers.Add(new BatchNormSpec());
            layers.Add(new ActivationSpec(Activation));
            if (Pool == 1 || Math.Min(height, width) < Pool)
                continue;
            layers.Add(new PoolingSpec { Kind = Pooling, Size = Pool });
            (height, width) = (((height - Pool) / Pool) + 1, ((width - Pool) / Pool) + 1);
        }
        layers.Add(new FlattenSpec());
        AddDropout(layers);
        foreach (var units in Hidden)
        {
            layers.Add(new LinearSpec { Units = units });
            layers.Add(new ActivationSpec(Activation));
            AddDropout(layers);
        }
        layers.Add(new LinearSpec { Units = outputs });
        return layers.ToImmutable();
    }

    private void AddDropout(ImmutableArray<LayerSpec>.Builder layers)
    {
        if (Dropout > 0)
            layers.Add(new DropoutSpec { Probability = Dropout });
    }
}
