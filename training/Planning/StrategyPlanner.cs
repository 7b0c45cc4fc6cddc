using System.Collections.Immutable;
using System.Globalization;

namespace TuneGraph.Training;

/// <summary>
/// Predicts from what a step and the link cost how long steps of each strategy and world size take, and chooses. Pure:
/// times come in, nothing is measured here.
/// </summary>
public static class StrategyPlanner
{
    /// <summary>Seconds, efficiency and memory of one way.</summary>
    /// <param name="costs">What steps cost.</param>
    /// <param name="link">What messages cost.</param>
    /// <param name="candidate">The way.</param>
    /// <param name="overlaps">Whether gradients are exchanged beside the backward pass.</param>
    public static PlanPrediction Predict(StepCosts costs, LinkCost link, PlanCandidate candidate, bool overlaps = false)
    {
        ArgumentNullException.ThrowIfNull(costs);
        var alone = costs.ComputeSeconds(1) + costs.OptimizerSeconds;
        var seconds = candidate.WorldSize == 1 ? alone : StepSeconds(costs, link, candidate, overlaps);
        return new PlanPrediction(
            candidate, seconds, alone / (candidate.WorldSize * seconds), MemoryBytes(costs, candidate));
    }

    /// <summary>
    /// The fastest way of the limits' world size that gives what one rank gives, if it fits and is efficient enough;
    /// else, where it is worth it, one that does not.
    /// </summary>
    /// <param name="predictions">Of the ways that are allowed, any world sizes.</param>
    /// <param name="limits">What to keep to.</param>
    /// <exception cref="ArgumentException">None of them has the world size.</exception>
    public static TrainingPlan Choose(ImmutableArray<PlanPrediction> predictions, PlanLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var ours = predictions.Where(p => p.Candidate.WorldSize == limits.WorldSize).ToList();
        if (ours.Count == 0)
            throw new ArgumentException($"No prediction is for {limits.WorldSize} ranks.", nameof(predictions));
        var fitting = ours.Where(p => limits.MemoryBytes is not { } most || p.MemoryBytes <= most).ToList();
        if (fitting.Count == 0)
        {
            var least = ours.MinBy(p => p.MemoryBytes)!;
            return new TrainingPlan(predictions, least, string.Create(CultureInfo.InvariantCulture,
                $"none fits the {limits.MemoryBytes / 1e6:G3} MB allowed; it takes the least, "
                + $"{least.MemoryBytes / 1e6:G3} MB"));
        }
        var exact = fitting.Where(p => p.Candidate.IsExact).MinBy(p => p.StepSeconds);
        var fastest = fitting.MinBy(p => p.StepSeconds)!;
        var (chosen, why) = Between(exact, fastest, limits);
        return new TrainingPlan(predictions, chosen, why + Advice(predictions, chosen));
    }

    private static (PlanPrediction Chosen, string Why) Between(
        PlanPrediction? exact, PlanPrediction fastest, PlanLimits limits)
    {
        if (exact is null)
            return (fastest, "no exact way fits the memory allowed");
        if (exact == fastest)
            return (exact, "the fastest, and exact");
        var gain = string.Create(
            CultureInfo.InvariantCulture, $"{exact.StepSeconds / fastest.StepSeconds:G3} times as fast");
        if (exact.Efficiency >= limits.LeastEfficiency)
            return (exact, $"the fastest exact way; {fastest.Candidate} would be {gain}, but gives other results");
        return exact.StepSeconds < limits.LeastGain * fastest.StepSeconds
            ? (exact, $"the fastest exact way; {fastest.Candidate} is only {gain}")
            : (fastest, string.Create(CultureInfo.InvariantCulture,
                $"the best exact way has an efficiency of {exact.Efficiency:P0} only; this is {gain}"));
    }

    private static double StepSeconds(StepCosts costs, LinkCost link, PlanCandidate candidate, bool overlaps)
    {
        var n = candidate.WorldSize;
        var compute = costs.ComputeSeconds(n);
        // The slowest of n: for normally distributed times the mean of the largest grows as √(2 ln n).
        var late = compute * costs.Variation * Math.Sqrt(2 * Math.Log(n));
        var exchange = link.AllReduceSeconds(costs.ParameterBytes, n);
        // A backward pass takes two thirds of the time; the bucket that it fills last, about a tenth, is not hidden.
        var exposed = overlaps ? Math.Max(exchange / 10, exchange - (2.0 / 3 * compute)) : exchange;
        return candidate.Kind switch
        {
            PlanKind.Data => compute + late + exposed + costs.OptimizerSeconds,
            PlanKind.DividedOptimizer or PlanKind.DividedGradients =>
                compute + late + Math.Max(exposed, exchange / 2) + (costs.OptimizerSeconds / n),
            PlanKind.ParameterServer => compute + late + exchange + (costs.OptimizerSeconds / n),
            // Every rank's fetch and push in turn, while others compute.
            PlanKind.BoundedStaleness => Math.Max(
                compute, n * ((2 * link.RootedSeconds(costs.ParameterBytes, n)) + (costs.OptimizerSeconds / n))),
            _ => compute + (late / Math.Sqrt(candidate.LocalSteps)) + (exchange / candidate.LocalSteps)
                + costs.OptimizerSeconds,
        };
    }

    private static long MemoryBytes(StepCosts costs, PlanCandidate candidate)
    {
        var (s, k, n) = (costs.ParameterBytes, costs.OptimizerStates, candidate.WorldSize);
        return candidate.Kind switch
        {
            _ when n == 1 => (2 + k) * s,
            PlanKind.Data => (2 + k) * s,
            PlanKind.DividedOptimizer => (2 * s) + (k * s / n),
            PlanKind.DividedGradients => s + ((1 + k) * s / n),
            // Besides the worker's: what it pushes, and its share of parameters, gradient and state.
            PlanKind.ParameterServer or PlanKind.BoundedStaleness => ((3 + k) * s) + (3 * s / n),
            // Besides: the common model, and what is exchanged.
            _ => (4 + k) * s,
        };
    }

    private static string Advice(ImmutableArray<PlanPrediction> predictions, PlanPrediction chosen)
    {
        var best = predictions.Where(p => p.Candidate.IsExact).MinBy(p => p.StepSeconds);
        return best is null || best.Candidate.WorldSize == chosen.Candidate.WorldSize
            || best.StepSeconds > 0.9 * chosen.StepSeconds
            ? ""
            : string.Create(CultureInfo.InvariantCulture,
                $"; with worldSize {best.Candidate.WorldSize} a step would take {best.StepSeconds * 1e3:G3} ms");
    }
}
