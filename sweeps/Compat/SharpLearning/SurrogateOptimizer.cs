namespace TuneGraph.Compat.SharpLearning;

/// <summary>
/// What SharpLearning's model-based optimizers have in common: rounds of evaluations after a start without a model, and
/// ask and tell.
/// </summary>
public abstract class SurrogateOptimizer : IOptimizer
{
    private readonly StudyOptimizer _study;
    private readonly int _evaluations;
    private readonly int _round;
    private readonly int _atATime;

    private protected SurrogateOptimizer(StudyOptimizer study, int start, int rounds, int round, int atATime)
    {
        (_study, _round, _atATime) = (study, round, atATime);
        _evaluations = start + (rounds * round);
    }

    /// <inheritdoc/>
    public OptimizerResult OptimizeBest(Func<double[], OptimizerResult> functionToMinimize) =>
        StudyOptimizer.Best(Optimize(functionToMinimize));

    /// <inheritdoc/>
    public OptimizerResult[] Optimize(Func<double[], OptimizerResult> functionToMinimize) =>
        _study.Run(functionToMinimize, _evaluations, _round, _atATime);

    /// <summary>The next parameter sets, given what is known (ask and tell).</summary>
    public double[][] ProposeParameterSets(
        int parameterSetCount, IReadOnlyList<OptimizerResult>? previousResults = null) =>
        _study.Propose(parameterSetCount, previousResults);

    /// <summary>Evaluates parameter sets; the results are in their order.</summary>
    public OptimizerResult[] RunParameterSets(
        Func<double[], OptimizerResult> functionToMinimize, double[][] parameterSets) =>
        StudyOptimizer.Evaluate(functionToMinimize, parameterSets, _atATime);
}
