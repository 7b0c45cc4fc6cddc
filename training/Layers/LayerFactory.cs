using System.Diagnostics;
using System.Numerics;

namespace TuneGraph.Training;

/// <summary>Makes the layer that computes what a description says.</summary>
internal static class LayerFactory<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <exception cref="ArgumentException">The layer does not fit what stands before it.</exception>
    public static Layer<T> Make(LayerSpec spec, in LayerPlace place)
    {
        try
        {
            return Match(spec, place);
        }
        catch (ArgumentException e) when (!e.Message.StartsWith("layers.", StringComparison.Ordinal))
        {
            throw new ArgumentException($"{place.Name}: {e.Message}", e);
        }
    }

    private static Layer<T> Match(LayerSpec spec, in LayerPlace place) => spec switch
    {
        LinearSpec linear => new LinearLayer<T>(linear, place),
        ActivationSpec activation => new ActivationLayer<T>(activation.Function, place),
        DropoutSpec dropout => new DropoutLayer<T>(dropout, place),
        SequentialSpec sequential => SequentialLayer<T>.Of(sequential.Layers, place),
        ResidualSpec residual => new ResidualLayer<T>(residual, place),
        FlattenSpec => FlattenLayer<T>.ToVector(place),
        ImageSpec image => FlattenLayer<T>.ToImage(image, place),
        ConvolutionSpec convolution => new ConvolutionLayer<T>(convolution, place),
        PoolingSpec pooling => new PoolingLayer<T>(pooling, place),
        BatchNormSpec norm => new BatchNormLayer<T>(norm, place),
        LayerNormSpec norm => new LayerNormLayer<T>(norm, place),
        EmbeddingSpec embedding => new EmbeddingLayer<T>(embedding, place),
        FeatureTokensSpec tokens => new FeatureTokensLayer<T>(tokens, place),
        PositionSpec => new PositionLayer<T>(place),
        AttentionSpec attention => new AttentionLayer<T>(attention, place),
        TokenMeanSpec => new TokenMeanLayer<T>(place),
        FactorizationLayerSpec machine => new FactorizationLayer<T>(machine, place),
        NearestCentreSpec centres => new NearestCentreLayer<T>(centres, place),
        _ => throw new UnreachableException($"Unhandled layer {spec.GetType().Name}."),
    };
}
