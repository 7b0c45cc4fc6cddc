using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// A small transformer encoder whose settings may be searched over. Ranges and defaults are those of <see
/// cref="TransformerSpec"/>.
/// </summary>
public sealed record TransformerTemplate : ModelTemplate
{
    /// <summary>Entries of the token table; 0, the default, makes a token of each number.</summary>
    public int Vocabulary { get; init; }

    /// <summary>Width of the tokens of each head; the tokens are as wide as all heads together. Default 8.</summary>
    public Knob<int> HeadWidth { get; init; } = 8;

    /// <summary>Heads of attention, 1 to 256. Default 4.</summary>
    public Knob<int> Heads { get; init; } = 4;

    /// <summary>Blocks, 1 to 64. Default 2.</summary>
    public Knob<int> Depth { get; init; } = 2;

    /// <summary>Width of the dense pair in a block, 1 to 65,536. Default 64.</summary>
    public Knob<int> FeedForward { get; init; } = 64;

    /// <summary>Whether a token sees only itself and what stands before it. Default false.</summary>
    public bool Causal { get; init; }

    /// <summary>Share of units dropped, from 0 (included) to 1 (excluded). Default 0.</summary>
    public Knob<double> Dropout { get; init; } = 0.0;

    /// <inheritdoc/>
    public override TransformerSpec In(Configuration configuration) =>
        new()
        {
            Vocabulary = Vocabulary,
            Width = checked(HeadWidth.In(configuration) * Heads.In(configuration)),
            Heads = Heads.In(configuration),
            Depth = Depth.In(configuration),
            FeedForward = FeedForward.In(configuration),
            Causal = Causal,
            Dropout = Dropout.In(configuration),
        };

    internal override IEnumerable<string?> References =>
        [HeadWidth.Parameter, Heads.Parameter, Depth.Parameter, FeedForward.Parameter, Dropout.Parameter];

    internal override string Describe() =>
        $"transformer {Vocabulary} {HeadWidth} {Heads} {Depth} {FeedForward} {Causal} {Dropout}";
}
