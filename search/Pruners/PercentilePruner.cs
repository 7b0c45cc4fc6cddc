namespace TuneGraph.Search;

/// <summary>
/// Stops a trial whose best value so far is worse than a percentile (linearly interpolated) of what completed trials
/// had reported at the same step: Optuna's <c>PercentilePruner</c>, of which <see cref="MedianPruner"/> is the case 50.
/// </summary>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class PercentilePruner(PercentileOptions? options = null) : Pruner
{
    /// <summary>The settings.</summary>
    public PercentileOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public override string Name => "percentile";

    /// <inheritdoc/>
    public override PruneDecision Decide(StudyHistory history, Trial trial, int step)
    {
        var when = (Options.StartupTrials, Options.WarmupSteps, Options.Interval);
        if (StepLosses.For(this, history, trial, step, when) is not { } index)
            return PruneDecision.Continue;
        var losses = index.At(step);
        if (losses.Length < Options.LeastTrials)
            return PruneDecision.Continue;
        var cut = Quantile(losses, Options.Percentile / 100);
        var best = index.BestOf(trial.Number);
        var stop = best > cut;
        return new(stop ? Verdict.Stop : Verdict.Continue, FormattableString.Invariant(
            $"step {step}: {history.Loss(best):G6} is {(stop ? "outside" : "within")} the best ")
            + FormattableString.Invariant(
                $"{Options.Percentile:G6} % of {losses.Length} trials, cut at {history.Loss(cut):G6}"));
    }

    private static double Quantile(ReadOnlySpan<double> sorted, double q)
    {
        var position = q * (sorted.Length - 1);
        var below = (int)position;
        return below + 1 >= sorted.Length
            ? sorted[^1]
            : sorted[below] + ((position - below) * (sorted[below + 1] - sorted[below]));
    }
}
