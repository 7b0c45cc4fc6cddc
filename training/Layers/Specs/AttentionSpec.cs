namespace TuneGraph.Training;

/// <summary>
/// Multi-head self-attention with its four projections: Vaswani et al. 2017, arXiv:1706.03762, section 3.2.
/// </summary>
public sealed record AttentionSpec : LayerSpec
{
    /// <summary>Heads, 1 to 256; they divide the width of the tokens. Default: 1.</summary>
    public int Heads { get; init => field = Range(nameof(Heads), value, 1, 256); } = 1;

    /// <summary>Whether a token sees only itself and what stands before it. Default: false.</summary>
    public bool Causal { get; init; }
}
