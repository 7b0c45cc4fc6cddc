namespace TuneGraph.Compat.SharpLearning;

/// <summary>Evaluates every combination of the grids' values once, the last parameter changing fastest.</summary>
/// <param name="parameters">The grids; a range has no list of its values and is refused.</param>
/// <param name="runParallel">Whether several are evaluated at a time. Default true.</param>
/// <param name="maxDegreeOfParallelism">How many at a time; −1, the default, for as many as there are cores.</param>
public sealed class GridSearchOptimizer(
    IParameterSpec[] parameters, bool runParallel = true, int maxDegreeOfParallelism = -1) : IOptimizer
{
    private readonly double[][] _grids = [.. parameters.Select(parameter => parameter.GetAllValues())];

    /// <inheritdoc/>
    public OptimizerResult OptimizeBest(Func<double[], OptimizerResult> functionToMinimize) =>
        StudyOptimizer.Best(Optimize(functionToMinimize));

    /// <inheritdoc/>
    public OptimizerResult[] Optimize(Func<double[], OptimizerResult> functionToMinimize)
    {
        ArgumentNullException.ThrowIfNull(functionToMinimize);
        List<double[]> sets = [[]];
        foreach (var grid in _grids)
            sets = [.. sets.SelectMany(set => grid.Select(value => (double[])[.. set, value]))];
        var results = StudyOptimizer.Evaluate(functionToMinimize, sets, runParallel ? maxDegreeOfParallelism : 1);
        return [.. results.Where(result => !double.IsNaN(result.Error))];
    }
}
