using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;

namespace TuneGraph.Training;

/// <summary>Layers in words: what decides whether parameters fit, so without dropout and the like.</summary>
internal static class LayerText
{
    public static string Of(ImmutableArray<LayerSpec> layers) => string.Join(", ", layers
        .Where(layer => layer is not DropoutSpec).Select(Of));

    private static string Of(LayerSpec layer) => layer switch
    {
        LinearSpec linear => Text($"linear {linear.Units}"),
        ActivationSpec activation => Text($"{activation.Function}"),
        DropoutSpec => "dropout",
        SequentialSpec inner => $"({Of(inner.Layers)})",
        ResidualSpec inner => $"residual ({Of(inner.Layers)})",
        FlattenSpec => "flatten",
        ImageSpec image => Text($"image {image.Channels}x{image.Height}x{image.Width}"),
        ConvolutionSpec c => Text($"convolution {c.Channels} of {c.Kernel} step {c.Stride} padding {c.Padding}"),
        PoolingSpec pool => Text($"{pool.Kind} pooling {pool.Size} step {pool.Stride}"),
        BatchNormSpec => "batch norm",
        LayerNormSpec => "layer norm",
        EmbeddingSpec embedding => Text($"embedding {embedding.Count}x{embedding.Width}"),
        FeatureTokensSpec tokens => Text($"feature tokens {tokens.Width}"),
        PositionSpec => "positions",
        AttentionSpec a => Text($"{(a.Causal ? "causal " : "")}attention of {a.Heads}"),
        TokenMeanSpec => "token mean",
        FactorizationLayerSpec machine => Text($"factorization {machine.Units} of {machine.Factors}"),
        NearestCentreSpec centres => Text($"nearest of {centres.Units} centres"),
        _ => throw new UnreachableException($"Unhandled layer {layer.GetType().Name}."),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
