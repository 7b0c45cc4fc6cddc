using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>Measures and chooses; see <see cref="AutoStrategy"/>, whose defaults these are.</summary>
public sealed record AutoTemplate : StrategyTemplate
{
    /// <inheritdoc/>
    public override ParallelStrategy Strategy => ParallelStrategy.Auto;

    /// <summary>Steps that are measured before, at least 4. Default 20.</summary>
    public Knob<int> ProbeSteps { get; init; } = 20;

    /// <summary>MiB that a rank may hold of parameters, gradients and states; 0, the default, for any.</summary>
    public Knob<int> MemoryMib { get; init; } = 0;

    /// <summary>Local steps between two meetings, where models are averaged; at least 1. Default 8.</summary>
    public Knob<int> LocalSteps { get; init; } = 8;

    /// <summary>Steps that the fastest rank may be ahead with bounded staleness, at least 0. Default 3.</summary>
    public Knob<int> Staleness { get; init; } = 3;

    /// <summary>Variation of step times above which staleness is allowed, above 0. Default 0.35.</summary>
    public Knob<double> StalenessAbove { get; init; } = 0.35;

    /// <summary>Variation above which ranks train alone for some steps, above 0. Default 0.8.</summary>
    public Knob<double> LocalAbove { get; init; } = 0.8;

    /// <summary>Whether the result may differ from that of one rank. Default true.</summary>
    public Knob<bool> MayChangeResults { get; init; } = true;

    /// <inheritdoc/>
    public override AutoStrategy In(Configuration configuration) => new()
    {
        ProbeSteps = ProbeSteps.In(configuration),
        MemoryBytes = (long)MemoryMib.In(configuration) << 20,
        LocalSteps = LocalSteps.In(configuration),
        Staleness = Staleness.In(configuration),
        StalenessAbove = StalenessAbove.In(configuration),
        LocalAbove = LocalAbove.In(configuration),
        MayChangeResults = MayChangeResults.In(configuration),
    };

    internal override IEnumerable<string?> References =>
    [
        ProbeSteps.Parameter, MemoryMib.Parameter, LocalSteps.Parameter, Staleness.Parameter, StalenessAbove.Parameter,
        LocalAbove.Parameter, MayChangeResults.Parameter,
    ];
}
