namespace TuneGraph.Search;

/// <summary>
/// Stops a trial whose best value so far is worse than the median of what completed trials had reported at the same
/// step: the rule of Google Vizier (Golovin et al. 2017, section 3.3.2) as Optuna applies it. A trial that is level
/// with the median goes on.
/// </summary>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class MedianPruner(MedianOptions? options = null) : Pruner
{
    /// <summary>The settings.</summary>
    public MedianOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public override string Name => "median";

    /// <inheritdoc/>
    public override PruneDecision Decide(StudyHistory history, Trial trial, int step)
    {
        var when = (Options.StartupTrials, Options.WarmupSteps, Options.Interval);
        if (StepLosses.For(this, history, trial, step, when) is not { } index)
            return PruneDecision.Continue;
        var losses = index.At(step);
        var middle = losses.Length / 2;
        var median = losses.Length % 2 == 1 ? losses[middle] : (losses[middle - 1] / 2) + (losses[middle] / 2);
        var best = index.BestOf(trial.Number);
        var stop = best > median;
        var (value, level) = (history.Loss(best), history.Loss(median)); // turned back
        var side = (history.Direction == Direction.Minimize) == stop ? "above" : "below";
        return new(stop ? Verdict.Stop : Verdict.Continue, FormattableString.Invariant(
            $"step {step}: {value:G6} is {(best == median ? "level with" : side)} ")
            + FormattableString.Invariant($"the median {level:G6} of {losses.Length} trials"));
    }
}
