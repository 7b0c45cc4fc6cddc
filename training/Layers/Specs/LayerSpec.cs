using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace TuneGraph.Training;

/// <summary>
/// One layer of a model, as a description. The shapes of its input and output follow from what stands before it:
/// vectors [features], images [channels, height, width] or sequences [tokens, width].
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(LinearSpec), "linear")]
[JsonDerivedType(typeof(ActivationSpec), "activation")]
[JsonDerivedType(typeof(DropoutSpec), "dropout")]
[JsonDerivedType(typeof(SequentialSpec), "sequential")]
[JsonDerivedType(typeof(ResidualSpec), "residual")]
[JsonDerivedType(typeof(FlattenSpec), "flatten")]
[JsonDerivedType(typeof(ImageSpec), "image")]
[JsonDerivedType(typeof(ConvolutionSpec), "convolution")]
[JsonDerivedType(typeof(PoolingSpec), "pooling")]
[JsonDerivedType(typeof(BatchNormSpec), "batchNorm")]
[JsonDerivedType(typeof(LayerNormSpec), "layerNorm")]
[JsonDerivedType(typeof(EmbeddingSpec), "embedding")]
[JsonDerivedType(typeof(FeatureTokensSpec), "featureTokens")]
[JsonDerivedType(typeof(PositionSpec), "position")]
[JsonDerivedType(typeof(AttentionSpec), "attention")]
[JsonDerivedType(typeof(TokenMeanSpec), "tokenMean")]
[JsonDerivedType(typeof(FactorizationLayerSpec), "factorization")]
[JsonDerivedType(typeof(NearestCentreSpec), "nearestCentre")]
public abstract record LayerSpec
{
    /// <summary>The widest layer allowed, in units, channels or entries.</summary>
    public const int MaxWidth = 65536;

    private protected LayerSpec()
    {
    }

    private protected static int Range(string name, int value, int low, int high) => value >= low && value <= high
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"It must lie between {low} and {high}.");
}

/// <summary>
/// x Wᵀ + b over the last dimension of a vector or sequence. Weights start uniform on ±√(6 / inputs) before ReLU, GELU
/// and SiLU (He et al. 2015, arXiv:1502.01852), on ±√(6 / (inputs + units)) elsewhere (Glorot and Bengio 2010).
/// </summary>
public sealed record LinearSpec : LayerSpec
{
    /// <summary>Width of the output, 1 to 65,536.</summary>
    public required int Units { get; init => field = Range(nameof(Units), value, 1, MaxWidth); }
}

/// <summary>A function of every unit.</summary>
/// <param name="Function">The function.</param>
public sealed record ActivationSpec(Activation Function) : LayerSpec;

/// <summary>
/// Drops units in training and scales the others by 1 / (1 - probability) (Srivastava et al. 2014). Which ones is a
/// function of seed, epoch and the sample's place in it: the same at any world size.
/// </summary>
public sealed record DropoutSpec : LayerSpec
{
    /// <summary>Probability that a unit is dropped, in [0, 1).</summary>
    public required double Probability
    {
        get;
        init => field = value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Probability), value, "It must lie in [0, 1).");
    }
}

/// <summary>Layers one after the other.</summary>
/// <param name="Layers">The layers, the first one first.</param>
public sealed record SequentialSpec(ImmutableArray<LayerSpec> Layers) : LayerSpec;

/// <summary>x + layers(x): He et al. 2016, arXiv:1512.03385. The layers must keep the shape.</summary>
/// <param name="Layers">The layers beside the direct way.</param>
public sealed record ResidualSpec(ImmutableArray<LayerSpec> Layers) : LayerSpec;

/// <summary>Turns an image or a sequence into a vector, channel after channel, or token after token.</summary>
public sealed record FlattenSpec : LayerSpec;

/// <summary>
/// A factorization machine: w₀ + Σ wᵢ xᵢ + Σ over pairs of ⟨vᵢ, vⱼ⟩ xᵢ xⱼ, per output (Rendle 2010). Factors start
/// normal with a standard deviation of 0.01, weights at 0.
/// </summary>
public sealed record FactorizationLayerSpec : LayerSpec
{
    /// <summary>Outputs, 1 to 65,536.</summary>
    public required int Units { get; init => field = Range(nameof(Units), value, 1, MaxWidth); }

    /// <summary>Length of the vectors vᵢ, 1 to 1,024.</summary>
    public required int Factors { get; init => field = Range(nameof(Factors), value, 1, 1024); }
}
