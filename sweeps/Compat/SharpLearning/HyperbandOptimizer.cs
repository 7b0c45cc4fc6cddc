using TuneGraph.Search;

namespace TuneGraph.Compat.SharpLearning;

/// <summary>
/// Hyperband (Li et al., JMLR 18 (2018), algorithm 1): from each rung the best 1/η go on with η times the budget.
/// Unlike in SharpLearning 0.40, they are chosen among that rung's results alone.
/// </summary>
/// <param name="parameters">What is searched.</param>
/// <param name="maximumBudget">The largest budget of an evaluation (R). Default 81.</param>
/// <param name="eta">The reduction factor (η). At least 2, default 3.</param>
/// <param name="skipLastIterationOfEachRound">Whether the last rung of each bracket is left out. Default false.</param>
/// <param name="seed">What chance begins with. Default 34.</param>
public sealed class HyperbandOptimizer(
    IParameterSpec[] parameters,
    int maximumBudget = 81,
    int eta = 3,
    bool skipLastIterationOfEachRound = false,
    int seed = 34)
{
    private readonly StudyOptimizer _study = new(parameters, new RandomSampler(), seed);
    private readonly int _eta = eta >= 2
        ? eta
        : throw new ArgumentOutOfRangeException(nameof(eta), eta, "The reduction factor must be at least 2.");

    private readonly int _maximumBudget = maximumBudget >= 1
        ? maximumBudget
        : throw new ArgumentOutOfRangeException(nameof(maximumBudget), maximumBudget, "The budget must be at least 1.");

    /// <summary>The result with the smallest error.</summary>
    public OptimizerResult OptimizeBest(HyperbandObjectiveFunction functionToMinimize) =>
        StudyOptimizer.Best(Optimize(functionToMinimize));

    /// <summary>All results but those with NaN, in the order of evaluation.</summary>
    public OptimizerResult[] Optimize(HyperbandObjectiveFunction functionToMinimize)
    {
        ArgumentNullException.ThrowIfNull(functionToMinimize);
        var results = new List<OptimizerResult>();
        var largest = 0; // s_max = ⌊log_η R⌋
        for (long budget = _eta; budget <= _maximumBudget; budget *= _eta)
            largest++;
        var counts = Enumerable.Range(0, largest + 1)
            .Select(s => (int)Math.Ceiling((largest + 1) * Math.Pow(_eta, s) / (s + 1))).ToArray();
        var sets = new Queue<double[]>(_study.Propose(counts.Sum(), null));
        for (var s = largest; s >= 0; s--)
        {
            List<double[]> rung = [.. Enumerable.Range(0, counts[s]).Select(_ => sets.Dequeue())];
            for (var i = 0; i <= s && !(skipLastIterationOfEachRound && i == s && s > 0); i++)
            {
                var budget = _maximumBudget * Math.Pow(_eta, i - s);
                var told = rung.ConvertAll(set => functionToMinimize(set, budget));
                told.RemoveAll(result => double.IsNaN(result.Error));
                results.AddRange(told);
                rung = [.. told.OrderBy(r => r.Error).Take(rung.Count / _eta).Select(r => r.ParameterSet)];
            }
        }

        return [.. results];
    }
}
