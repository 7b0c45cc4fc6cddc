using System.Collections.Immutable;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// One layer whose settings may be searched over; made by the methods below. What each layer does, and the ranges, are
/// told by the specifications named: <see cref="LinearSpec"/> and so on.
/// </summary>
public sealed class LayerTemplate
{
    private readonly Func<Configuration, LayerSpec> _in;

    private LayerTemplate(Func<Configuration, LayerSpec> @in, string description, params string?[] references)
    {
        _in = @in;
        Description = description;
        References = [.. references];
    }

    internal ImmutableArray<string?> References { get; }

    internal string Description { get; }

    /// <summary>A layer without settings to search.</summary>
    /// <param name="layer">The layer.</param>
    public static LayerTemplate Fixed(LayerSpec layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return new(_ => layer, new LayeredSpec { List = [layer] }.ToJson());
    }

    /// <summary>See <see cref="LinearSpec"/>.</summary>
    public static LayerTemplate Linear(Knob<int> units) =>
        new(c => new LinearSpec { Units = units.In(c) }, $"linear {units}", units.Parameter);

    /// <summary>See <see cref="ActivationSpec"/>.</summary>
    public static LayerTemplate Activation(Knob<Activation> function) =>
        new(c => new ActivationSpec(function.In(c)), $"activation {function}", function.Parameter);

    /// <summary>See <see cref="DropoutSpec"/>.</summary>
    public static LayerTemplate Dropout(Knob<double> probability) => new(
        c => new DropoutSpec { Probability = probability.In(c) }, $"dropout {probability}", probability.Parameter);

    /// <summary>See <see cref="ConvolutionSpec"/>.</summary>
    public static LayerTemplate Convolution(
        Knob<int> channels, Knob<int> kernel, Knob<int> stride, Knob<int> padding) => new(
        c => new ConvolutionSpec
        {
            Channels = channels.In(c),
            Kernel = kernel.In(c),
            Stride = stride.In(c),
            Padding = padding.In(c),
        },
        $"convolution {channels} {kernel} {stride} {padding}",
        channels.Parameter, kernel.Parameter, stride.Parameter, padding.Parameter);

    /// <summary>See <see cref="PoolingSpec"/>.</summary>
    public static LayerTemplate Pooling(Knob<PoolingKind> kind, Knob<int> size, Knob<int> stride) => new(
        c => new PoolingSpec { Kind = kind.In(c), Size = size.In(c), Stride = stride.In(c) },
        $"pooling {kind} {size} {stride}", kind.Parameter, size.Parameter, stride.Parameter);

    /// <summary>See <see cref="BatchNormSpec"/>.</summary>
    public static LayerTemplate BatchNorm(Knob<double> momentum, Knob<double> epsilon) => new(
        c => new BatchNormSpec { Momentum = momentum.In(c), Epsilon = epsilon.In(c) },
        $"batchNorm {momentum} {epsilon}", momentum.Parameter, epsilon.Parameter);

    /// <summary>See <see cref="LayerNormSpec"/>.</summary>
    public static LayerTemplate LayerNorm(Knob<double> epsilon) =>
        new(c => new LayerNormSpec { Epsilon = epsilon.In(c) }, $"layerNorm {epsilon}", epsilon.Parameter);

    /// <summary>See <see cref="EmbeddingSpec"/>.</summary>
    public static LayerTemplate Embedding(Knob<int> count, Knob<int> width) => new(
        c => new EmbeddingSpec { Count = count.In(c), Width = width.In(c) },
        $"embedding {count} {width}", count.Parameter, width.Parameter);

    /// <summary>See <see cref="FeatureTokensSpec"/>.</summary>
    public static LayerTemplate FeatureTokens(Knob<int> width) =>
        new(c => new FeatureTokensSpec { Width = width.In(c) }, $"featureTokens {width}", width.Parameter);

    /// <summary>See <see cref="AttentionSpec"/>.</summary>
    public static LayerTemplate Attention(Knob<int> heads, Knob<bool> causal) => new(
        c => new AttentionSpec { Heads = heads.In(c), Causal = causal.In(c) },
        $"attention {heads} {causal}", heads.Parameter, causal.Parameter);

    /// <summary>See <see cref="FactorizationLayerSpec"/>.</summary>
    public static LayerTemplate Factorization(Knob<int> units, Knob<int> factors) => new(
        c => new FactorizationLayerSpec { Units = units.In(c), Factors = factors.In(c) },
        $"factorization {units} {factors}", units.Parameter, factors.Parameter);

    /// <summary>See <see cref="ResidualSpec"/>.</summary>
    public static LayerTemplate Residual(ImmutableArray<LayerTemplate> layers) => new(
        c => new ResidualSpec([.. layers.Select(layer => layer.In(c))]),
        $"residual ({string.Join("; ", layers.Select(layer => layer.Description))})",
        [.. layers.SelectMany(layer => layer.References)]);

    /// <summary>See <see cref="SequentialSpec"/>.</summary>
    public static LayerTemplate Sequential(ImmutableArray<LayerTemplate> layers) => new(
        c => new SequentialSpec([.. layers.Select(layer => layer.In(c))]),
        $"sequential ({string.Join("; ", layers.Select(layer => layer.Description))})",
        [.. layers.SelectMany(layer => layer.References)]);

    /// <summary>The layer of one configuration.</summary>
    public LayerSpec In(Configuration configuration) => _in(configuration);

    /// <inheritdoc/>
    public override string ToString() => Description;
}
