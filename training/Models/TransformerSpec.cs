using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>
/// A small transformer encoder: tokens, then blocks of attention and a dense pair, each with layer norm before and a
/// direct way around (Vaswani et al. 2017; norm first, Xiong et al. 2020), then the mean of the tokens. With <see
/// cref="Vocabulary"/> the features are indices of tokens, in order; without, every feature is a number that becomes a
/// token of its own (Gorishniy et al. 2021, arXiv:2106.11959).
/// </summary>
public sealed record TransformerSpec : ModelSpec
{
    /// <summary>
    /// Entries of the token table; the features are then whole numbers from 0 to it (excluded), unstandardized. 0, the
    /// default, makes tokens of numbers.
    /// </summary>
    public int Vocabulary { get; init => field = SettingRange.Whole(nameof(Vocabulary), value, 0, 1 << 24); }

    /// <summary>Width of the tokens, a multiple of <see cref="Heads"/>; 1 to 65,536. Default: 32.</summary>
    public int Width { get; init => field = SettingRange.Whole(nameof(Width), value, 1, 65536); } = 32;

    /// <summary>Heads of attention, 1 to 256. Default: 4.</summary>
    public int Heads { get; init => field = SettingRange.Whole(nameof(Heads), value, 1, 256); } = 4;

    /// <summary>Blocks, 1 to 64. Default: 2.</summary>
    public int Depth { get; init => field = SettingRange.Whole(nameof(Depth), value, 1, 64); } = 2;

    /// <summary>Width of the dense pair, 1 to 65,536. Default: 64.</summary>
    public int FeedForward { get; init => field = SettingRange.Whole(nameof(FeedForward), value, 1, 65536); } = 64;

    /// <summary>Whether a token sees only itself and what stands before it. Default: false.</summary>
    public bool Causal { get; init; }

    /// <summary>Probability that a unit is dropped after attention and dense pair, in [0, 1). Default: 0.</summary>
    public double Dropout { get; init => field = SettingRange.Share(nameof(Dropout), value); }

    /// <inheritdoc/>
    public override ImmutableArray<LayerSpec> Layers(int features, int outputs)
    {
        var layers = ImmutableArray.CreateBuilder<LayerSpec>();
        layers.Add(Vocabulary > 0
            ? new EmbeddingSpec { Count = Vocabulary, Width = Width }
            : new FeatureTokensSpec { Width = Width });
        if (Vocabulary > 0)
            layers.Add(new PositionSpec());
        for (var block = 0; block < Depth; block++)
        {
            layers.Add(new ResidualSpec(
                [new LayerNormSpec(), new AttentionSpec { Heads = Heads, Causal = Causal }, .. DropoutLayers()]));
            layers.Add(new ResidualSpec(
            [
                new LayerNormSpec(), new LinearSpec { Units = FeedForward }, new ActivationSpec(Activation.Gelu),
                new LinearSpec { Units = Width }, .. DropoutLayers(),
            ]));
        }
        layers.Add(new LayerNormSpec());
        layers.Add(new TokenMeanSpec());
        layers.Add(new LinearSpec { Units = outputs });
        return layers.ToImmutable();
    }

    private IEnumerable<LayerSpec> DropoutLayers() =>
        Dropout > 0 ? [new DropoutSpec { Probability = Dropout }] : [];
}
