using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>CoCoA and CoCoA+; see <see cref="CocoaStrategy"/>, whose defaults these are.</summary>
public sealed record CocoaTemplate : StrategyTemplate
{
    /// <inheritdoc/>
    public override ParallelStrategy Strategy => ParallelStrategy.Cocoa;

    /// <summary>What is minimised. Default: the support vector machine.</summary>
    public Knob<CocoaProblem> Problem { get; init; } = CocoaProblem.Svm;

    /// <summary>How the ranks' updates become one. Default: added, as in CoCoA+.</summary>
    public Knob<CocoaAggregation> Aggregation { get; init; } = CocoaAggregation.Add;

    /// <summary>Weight of the regulariser, above 0. Default 1e-3.</summary>
    public Knob<double> Lambda { get; init; } = 1e-3;

    /// <summary>Coordinates that a rank visits in a round, in multiples of its own; above 0. Default 1.</summary>
    public Knob<double> LocalEpochs { get; init; } = 1.0;

    /// <summary>What each rank reckons with of the others (σ'); 0, the default, for what is safe.</summary>
    public Knob<double> Sigma { get; init; } = 0.0;

    /// <summary>Whether there is a bias. Default true; the lasso has none.</summary>
    public Knob<bool> Bias { get; init; } = true;

    /// <summary>The gap at which nothing more is done; at least 0. Default 0.</summary>
    public Knob<double> TargetGap { get; init; } = 0.0;

    /// <inheritdoc/>
    public override CocoaStrategy In(Configuration configuration) => new()
    {
        Problem = Problem.In(configuration),
        Aggregation = Aggregation.In(configuration),
        Lambda = Lambda.In(configuration),
        LocalEpochs = LocalEpochs.In(configuration),
        Sigma = Sigma.In(configuration),
        Bias = Bias.In(configuration),
        TargetGap = TargetGap.In(configuration),
    };

    internal override IEnumerable<string?> References =>
    [
        Problem.Parameter, Aggregation.Parameter, Lambda.Parameter, LocalEpochs.Parameter, Sigma.Parameter,
        Bias.Parameter, TargetGap.Parameter,
    ];
}
