namespace TuneGraph.Compat.SharpLearning;

/// <summary>
/// Minimises a function of some parameters. The shape of SharpLearning.Optimization 0.40, so that moving to TuneGraph
/// is a change of <c>using</c>.
/// </summary>
public interface IOptimizer
{
    /// <summary>The result with the smallest error.</summary>
    /// <param name="functionToMinimize">Takes a value for each parameter; a result of NaN is left out.</param>
    OptimizerResult OptimizeBest(Func<double[], OptimizerResult> functionToMinimize);

    /// <summary>All results but those with NaN, in the order of evaluation.</summary>
    /// <param name="functionToMinimize">Takes a value for each parameter; a result of NaN is left out.</param>
    OptimizerResult[] Optimize(Func<double[], OptimizerResult> functionToMinimize);
}
