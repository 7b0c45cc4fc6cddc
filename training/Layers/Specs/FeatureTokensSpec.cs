namespace TuneGraph.Training;

/// <summary>
/// Turns each number of a vector into a token: x times a vector of its own, plus another (the feature tokenizer of
/// Gorishniy et al. 2021, arXiv:2106.11959). Both start uniform on ±1 / √width.
/// </summary>
public sealed record FeatureTokensSpec : LayerSpec
{
    /// <summary>Width of the tokens, 1 to 65,536.</summary>
    public required int Width { get; init => field = Range(nameof(Width), value, 1, MaxWidth); }
}
