using TuneGraph.Search;

namespace TuneGraph.Compat.SharpLearning;

/// <summary>
/// Downhill walks of a simplex that start anew where none has been yet (Luersen and Le Riche, "Globalized Nelder-Mead
/// method for engineering optimization", Computers and Structures 82, 2004). It walks in the unit cube of the
/// parameters' own scales, so that a logarithmic or a discrete one is no worse than others.
/// </summary>
/// <param name="parameters">What is searched.</param>
/// <param name="maxRestarts">How many walks there are. Default 8.</param>
/// <param name="noImprovementThreshold">A gain below this is none. Default 0.001.</param>
/// <param name="maxIterationsWithoutImprovement">A walk ends after so many steps without gain. Default 5.</param>
/// <param name="maxIterationsPrRestart">Most steps of a walk; 0, the default, for any number.</param>
/// <param name="maxFunctionEvaluations">
/// No step is made after so many evaluations; 0, the default, for any number.
/// </param>
/// <param name="alpha">The reflection. Default 1.</param>
/// <param name="gamma">The expansion. Default 2.</param>
/// <param name="rho">The contraction, below 0 for the worst point's side. Default −0.5.</param>
/// <param name="sigma">The reduction. Default 0.5.</param>
/// <param name="seed">What chance begins with. Default 324.</param>
/// <param name="maxDegreeOfParallelism">
/// How many points of a new or a shrunk simplex are evaluated at a time; −1, the default, for as many as there are
/// cores.
/// </param>
public sealed class GlobalizedBoundedNelderMeadOptimizer(
    IParameterSpec[] parameters,
    int maxRestarts = 8,
    double noImprovementThreshold = 0.001,
    int maxIterationsWithoutImprovement = 5,
    int maxIterationsPrRestart = 0,
    int maxFunctionEvaluations = 0,
    double alpha = 1,
    double gamma = 2,
    double rho = -0.5,
    double sigma = 0.5,
    int seed = 324,
    int maxDegreeOfParallelism = -1) : IOptimizer
{
    private const int StartsDrawn = 10;
    private const double Width = 0.1; // of the density of starts

    private readonly SpecSpace _specs = new(parameters);

    /// <inheritdoc/>
    public OptimizerResult OptimizeBest(Func<double[], OptimizerResult> functionToMinimize) =>
        StudyOptimizer.Best(Optimize(functionToMinimize));

    /// <inheritdoc/>
    public OptimizerResult[] Optimize(Func<double[], OptimizerResult> functionToMinimize)
    {
        ArgumentNullException.ThrowIfNull(functionToMinimize);
        var results = new List<OptimizerResult>();
        var simplex = new BoundedSimplex(Evaluate, alpha, gamma, rho, sigma);
        var random = new SearchRandom((ulong)(uint)seed);
        var starts = new List<double[]>();
        for (var walk = 0; walk < maxRestarts && HasEvaluations(); walk++)
        {
            starts.Add(Start(starts, random));
            simplex.Start(starts[^1]);
            Walk(simplex, HasEvaluations);
        }

        return [.. results.Where(result => !double.IsNaN(result.Error))];

        bool HasEvaluations() => maxFunctionEvaluations == 0 || results.Count < maxFunctionEvaluations;

        double[] Evaluate(IReadOnlyList<double[]> points)
        {
            double[][] sets = [.. points.Select(ValuesOf)];
            var told = StudyOptimizer.Evaluate(functionToMinimize, sets, maxDegreeOfParallelism);
            results.AddRange(told);
            return [.. told.Select(result => result.Error)];
        }
    }

    private void Walk(BoundedSimplex simplex, Func<bool> hasEvaluations)
    {
        var (best, idle) = (simplex.Best, 0);
        for (var step = 0; idle < maxIterationsWithoutImprovement && hasEvaluations(); step++)
        {
            if (maxIterationsPrRestart > 0 && step == maxIterationsPrRestart)
                return;
            simplex.Step();
            idle = simplex.Best < best - noImprovementThreshold ? 0 : idle + 1;
            best = Math.Min(best, simplex.Best);
        }
    }

    /// <summary>Of some random points the farthest from all starts, by their Gaussian density.</summary>
    private double[] Start(List<double[]> starts, SearchRandom random) =>
        Enumerable.Range(0, starts.Count == 0 ? 1 : StartsDrawn)
            .Select(_ => _specs.Space.Parameters.Select(_ => random.NextDouble()).ToArray())
            .ToList()
            .MinBy(point => starts.Sum(start => Math.Exp(-Square(point, start) / (2 * Width * Width))))!;

    private static double Square(double[] one, double[] other) =>
        one.Zip(other, (a, b) => (a - b) * (a - b)).Sum();

    private double[] ValuesOf(double[] point) => _specs.Values(new(_specs.Space.Parameters.Select((parameter, i) =>
        KeyValuePair.Create(parameter.Name, parameter.Distribution.Decode(point[i])))));
}
