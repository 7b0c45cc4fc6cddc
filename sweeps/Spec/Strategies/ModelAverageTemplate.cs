using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>Local SGD and its outer rules; see <see cref="ModelAverageStrategy"/>, whose defaults these are.</summary>
public sealed record ModelAverageTemplate : StrategyTemplate
{
    /// <inheritdoc/>
    public override ParallelStrategy Strategy => ParallelStrategy.ModelAverage;

    /// <summary>What the models become when they meet. Default: the mean.</summary>
    public Knob<ModelAverageRule> Rule { get; init; } = ModelAverageRule.Mean;

    /// <summary>Local steps between two meetings, at least 1. Default 8.</summary>
    public Knob<int> LocalSteps { get; init; } = 8;

    /// <summary>Size of the outer step, above 0; null, the default, for the rule's own.</summary>
    public Knob<double>? OuterRate { get; init; }

    /// <summary>Momentum of the outer step, in [0, 1); null, the default, for the rule's own.</summary>
    public Knob<double>? OuterMomentum { get; init; }

    /// <summary>Whether block momentum looks ahead. Default true.</summary>
    public Knob<bool> Nesterov { get; init; } = true;

    /// <inheritdoc/>
    public override ModelAverageStrategy In(Configuration configuration) => new()
    {
        Rule = Rule.In(configuration),
        LocalSteps = LocalSteps.In(configuration),
        OuterRate = OuterRate?.In(configuration),
        OuterMomentum = OuterMomentum?.In(configuration),
        Nesterov = Nesterov.In(configuration),
    };

    internal override IEnumerable<string?> References =>
        [Rule.Parameter, LocalSteps.Parameter, OuterRate?.Parameter, OuterMomentum?.Parameter, Nesterov.Parameter];
}
