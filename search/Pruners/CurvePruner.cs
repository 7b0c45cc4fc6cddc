namespace TuneGraph.Search;

/// <summary>
/// Stops a trial whose learning curve, drawn on to its end, is unlikely to beat the best trial: the criterion of
/// Domhan, Springenberg and Hutter ("Speeding up automatic hyperparameter optimization of deep neural networks by
/// extrapolation of learning curves", IJCAI 2015), with an ensemble of curve families fitted by least squares in place
/// of their Markov chains.
/// </summary>
/// <remarks>
/// Since it asks how a curve goes on and not how it stands beside others at the same step, a trial that learns slowly
/// is not stopped for that. The study's largest step must be known; where it is not, no trial is stopped.
/// </remarks>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class CurvePruner(CurveOptions? options = null) : Pruner
{
    /// <summary>The settings.</summary>
    public CurveOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public override string Name => "curve";

    /// <inheritdoc/>
    public override PruneDecision Decide(StudyHistory history, Trial trial, int step)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        var end = history.MaxResource;
        if (step >= end || step < Options.WarmupShare * end || trial.IntermediateValues.Count < Options.LeastPoints
            || !StepLosses.IsDue(trial, step, 0, Options.Interval))
            return PruneDecision.Continue;
        if (history.Best is not { } best
            || history.Index(this, static h => new StepLosses(h)).Completed < Options.StartupTrials)
            return PruneDecision.Continue;
        var forecast = CurveForecast.Of(trial.IntermediateValues, history.Loss, end);
        var chance = forecast.ChanceBelow(history.Loss(best));
        return new(chance < Options.Threshold ? Verdict.Stop : Verdict.Continue, FormattableString.Invariant(
            $"step {step}: heads for {history.Loss(forecast.Mean):G6} ± {forecast.Deviation:G2}, the chance to beat ")
            + FormattableString.Invariant($"trial {best.Number} ({best.Value:G6}) is {chance:G2}"));
    }
}
