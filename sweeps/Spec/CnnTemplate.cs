using System.Collections.Immutable;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// A convolutional network whose settings may be searched over. Ranges and defaults are those of <see cref="CnnSpec"/>.
/// </summary>
public sealed record CnnTemplate : ModelTemplate
{
    /// <summary>Rows of the image.</summary>
    public required int Height { get; init; }

    /// <summary>Columns of the image.</summary>
    public required int Width { get; init; }

    /// <summary>Channels of the image. Default 1.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Filters of each block, 1 to 65,536. Default: two blocks of 16 and 32.</summary>
    public ImmutableArray<Knob<int>> Filters { get; init; } = [16, 32];

    /// <summary>Rows and columns of a filter, 1 to 64. Default 3.</summary>
    public Knob<int> Kernel { get; init; } = 3;

    /// <summary>Pooling window after each block, 1 to 64; 1 does not pool. Default 2.</summary>
    public Knob<int> Pool { get; init; } = 2;

    /// <summary>What pooling takes. Default: the largest.</summary>
    public Knob<PoolingKind> Pooling { get; init; } = PoolingKind.Max;

    /// <summary>Whether each convolution is followed by batch normalisation. Default false.</summary>
    public Knob<bool> BatchNorm { get; init; } = false;

    /// <summary>Widths of the dense layers before the output, 1 to 65,536. Default: none.</summary>
    public ImmutableArray<Knob<int>> Hidden { get; init; } = [];

    /// <summary>Activation after each convolution and dense layer. Default ReLU.</summary>
    public Knob<Activation> Activation { get; init; } = Training.Activation.Relu;

    /// <summary>Share of units dropped before each dense layer, from 0 (included) to 1 (excluded). Default 0.</summary>
    public Knob<double> Dropout { get; init; } = 0.0;

    /// <inheritdoc/>
    public override CnnSpec In(Configuration configuration) =>
        new()
        {
            Height = Height,
            Width = Width,
            Channels = Channels,
            Filters = [.. Widths(Filters, configuration)],
            Kernel = Kernel.In(configuration),
            Pool = Pool.In(configuration),
            Pooling = Pooling.In(configuration),
            BatchNorm = BatchNorm.In(configuration),
            Hidden = [.. Widths(Hidden, configuration)],
            Activation = Activation.In(configuration),
            Dropout = Dropout.In(configuration),
        };

    internal override IEnumerable<string?> References =>
    [
        .. Filters.Select(filters => filters.Parameter), .. Hidden.Select(width => width.Parameter), Kernel.Parameter,
        Pool.Parameter, Pooling.Parameter, BatchNorm.Parameter, Activation.Parameter, Dropout.Parameter,
    ];

    internal override string Describe() =>
        $"cnn {Height} {Width} {Channels} {string.Join(',', Filters)} {Kernel} {Pool} {Pooling} {BatchNorm} "
        + $"{string.Join(',', Hidden)} {Activation} {Dropout}";
}
