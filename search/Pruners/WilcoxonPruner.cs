namespace TuneGraph.Search;

/// <summary>
/// Stops a trial that a signed-rank test (Wilcoxon 1945) finds worse than the best one, step by step: for objectives
/// that are a mean over folds, instances or repetitions, each reported as a step of its own, as in Optuna's
/// <c>WilcoxonPruner</c>. A trial whose mean so far is at least as good as the best trial's value is not stopped.
/// </summary>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class WilcoxonPruner(WilcoxonOptions? options = null) : Pruner
{
    /// <summary>The settings.</summary>
    public WilcoxonOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public override string Name => "wilcoxon";

    /// <inheritdoc/>
    public override PruneDecision Decide(StudyHistory history, Trial trial, int step)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        if (history.Best is not { } best)
            return PruneDecision.Continue;
        var ofBest = best.IntermediateValues.ToDictionary(v => v.Step, v => history.Loss(v.Value));
        double[] differences =
        [
            .. trial.IntermediateValues.Where(v => ofBest.ContainsKey(v.Step))
                .Select(v => history.Loss(v.Value) - ofBest[v.Step]),
        ];
        if (differences.Length < Options.StartupSteps)
            return PruneDecision.Continue;
        var mean = trial.IntermediateValues.Average(v => history.Loss(v.Value));
        if (mean <= history.Loss(best))
            return PruneDecision.Continue;
        var p = SignedRank.PValue(differences);
        var worse = p < Options.Threshold;
        return new(worse ? Verdict.Stop : Verdict.Continue, FormattableString.Invariant(
            $"step {step}: over {differences.Length} steps {(worse ? "" : "not surely ")}worse ")
            + FormattableString.Invariant($"than trial {best.Number}, p = {p:G3}"));
    }
}
