namespace TuneGraph.Training;

/// <summary>
/// CoCoA and CoCoA+: convex problems whose ranks work on their own part for long and exchange one vector a round. An
/// epoch is a round. Jaggi et al. 2014; Ma et al. 2015, arXiv:1502.03508, Algorithm 1; for the lasso Smith et al. 2018,
/// arXiv:1611.02189, Algorithm 2. Every round reports the duality gap, which bounds how far the objective is from the
/// least one. Computes in float64.
/// </summary>
public sealed record CocoaStrategy : TrainingStrategy
{
    /// <summary>What is minimised. Default: the support vector machine.</summary>
    public CocoaProblem Problem { get; init => field = Known(nameof(Problem), value); } = CocoaProblem.Svm;

    /// <summary>How the ranks' updates become one. Default: added, as in CoCoA+.</summary>
    public CocoaAggregation Aggregation { get; init => field = Known(nameof(Aggregation), value); } =
        CocoaAggregation.Add;

    /// <summary>Weight of the regulariser (λ), finite, above 0. Default: 1e-3.</summary>
    public double Lambda { get; init => field = Positive(nameof(Lambda), value); } = 1e-3;

    /// <summary>
    /// Coordinates that a rank visits in a round, in multiples of its own; finite, above 0. Default: 1.
    /// </summary>
    public double LocalEpochs { get; init => field = Positive(nameof(LocalEpochs), value); } = 1;

    /// <summary>
    /// How much of the others' work each rank reckons with (σ'); 0, the default, for the value that is safe with the
    /// aggregation. With <see cref="CocoaAggregation.Add"/> and less than the number of ranks it may diverge.
    /// </summary>
    public double Sigma { get; init => field = NotNegative(nameof(Sigma), value); }

    /// <summary>
    /// Whether a constant feature of 1 is added to each row, whose weight is the bias; it is regularised like the
    /// others. Default: true. The lasso has none.
    /// </summary>
    public bool Bias { get; init; } = true;

    /// <summary>Rounds change nothing any more once the duality gap is at most this; at least 0. Default: 0.</summary>
    public double TargetGap { get; init => field = NotNegative(nameof(TargetGap), value); }

    internal override string? WhyNot(TrainingSpec spec, DataSchema schema)
    {
        var classes = Problem is CocoaProblem.Svm or CocoaProblem.Logistic;
        if (classes ? spec.Model is not LogisticSpec : spec.Model is not LinearModelSpec)
        {
            return $"The problem {Problem} of the strategy cocoa has the model {(classes ? "logistic" : "linear")}, not "
                + $"{spec.Model.GetType().Name}.";
        }
        return classes && schema.ClassNames.Length != 2
            ? $"The problem {Problem} of the strategy cocoa needs two classes; the data has {schema.ClassNames.Length}."
            : null;
    }
}
