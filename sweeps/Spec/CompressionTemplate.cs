using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// A compression of gradients whose settings may be searched over. Ranges and defaults are those of
/// <see cref="CompressionSpec"/>.
/// </summary>
public sealed record CompressionTemplate
{
    /// <summary>The code. Default none.</summary>
    public Knob<CompressionKind> Type { get; init; } = CompressionKind.None;

    /// <summary>Threshold of the 2-bit code, above 0. Default 0.5. Ignored by the others.</summary>
    public Knob<double> Threshold { get; init; } = 0.5;

    /// <summary>
    /// Share of the elements that top-k sends, above 0, at most 1. Default 0.01. Ignored by the others.
    /// </summary>
    public Knob<double> Fraction { get; init; } = 0.01;

    /// <summary>
    /// Momentum of top-k (deep gradient compression), from 0 (included) to 1 (excluded). Default 0. Ignored by the
    /// others.
    /// </summary>
    public Knob<double> Momentum { get; init; } = 0.0;

    /// <summary>Rank of PowerSGD, at least 1. Default 2. Ignored by the others.</summary>
    public Knob<int> Rank { get; init; } = 2;

    /// <summary>Steps from the beginning that are not compressed, at least 0. Default 0.</summary>
    public Knob<int> AfterSteps { get; init; } = 0;

    /// <summary>The compression of one configuration.</summary>
    public CompressionSpec In(Configuration configuration) =>
        new()
        {
            Kind = Type.In(configuration),
            Threshold = Threshold.In(configuration),
            Fraction = Fraction.In(configuration),
            Momentum = Momentum.In(configuration),
            Rank = Rank.In(configuration),
            AfterSteps = AfterSteps.In(configuration),
        };

    internal IEnumerable<string?> References =>
        [Type.Parameter, Threshold.Parameter, Fraction.Parameter, Momentum.Parameter, Rank.Parameter,
            AfterSteps.Parameter];
}
