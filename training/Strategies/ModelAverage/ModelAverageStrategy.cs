namespace TuneGraph.Training;

/// <summary>
/// Local SGD: each rank trains its own model on its part of every batch for some steps, then their models are
/// averaged. They also meet at the end of every epoch. With one step between, the plain mean and plain SGD it is
/// synchronous SGD.
/// </summary>
public sealed record ModelAverageStrategy : TrainingStrategy
{
    /// <summary>What the models become when they meet. Default: the mean.</summary>
    public ModelAverageRule Rule { get; init => field = Known(nameof(Rule), value); } = ModelAverageRule.Mean;

    /// <summary>Local steps between two meetings (H), at least 1. Default: 8.</summary>
    public int LocalSteps { get; init => field = AtLeast(nameof(LocalSteps), value, 1); } = 8;

    /// <summary>
    /// Size of the outer step, finite, above 0: η of block momentum (default 1), the learning rate of DiLoCo (0.7), α of
    /// slow momentum (1). Null, the default, for these. Not for the mean.
    /// </summary>
    public double? OuterRate { get; init => field = value is { } rate ? Positive(nameof(OuterRate), rate) : null; }

    /// <summary>
    /// Momentum of the outer step, in [0, 1): μ of block momentum (default 1 - 1 / ranks), of DiLoCo (0.9), β of slow
    /// momentum (0.7). Null, the default, for these. Not for the mean.
    /// </summary>
    public double? OuterMomentum
    {
        get;
        init => field = value is { } momentum ? Fraction(nameof(OuterMomentum), momentum) : null;
    }

    /// <summary>Whether block momentum looks ahead. Default: true, as in CNTK.</summary>
    public bool Nesterov { get; init; } = true;

    /// <summary>
    /// Whether the ranks' optimizers forget their state when the models meet. Null, the default: with block momentum
    /// they do, as in CNTK, else they keep it.
    /// </summary>
    public bool? ResetOptimizer { get; init; }

    internal double RateOrDefault => OuterRate ?? (Rule == ModelAverageRule.Diloco ? 0.7 : 1);

    internal bool Resets => ResetOptimizer ?? Rule == ModelAverageRule.BlockMomentum;

    internal double MomentumFor(int worldSize) => OuterMomentum ?? Rule switch
    {
        ModelAverageRule.BlockMomentum => 1 - (1.0 / worldSize),
        ModelAverageRule.Diloco => 0.9,
        _ => 0.7,
    };

    internal override string? WhyNot(TrainingSpec spec, DataSchema schema) => spec.Accumulation == 1
        ? null
        : $"The strategy model-average spreads no step over several passes; accumulation is {spec.Accumulation}, make "
            + "it 1.";
}
