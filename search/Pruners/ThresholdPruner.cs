namespace TuneGraph.Search;

/// <summary>
/// Stops a trial whose value leaves a range, whatever other trials do: Optuna's <c>ThresholdPruner</c>. The bounds are
/// values as reported, in either direction of the study.
/// </summary>
public sealed class ThresholdPruner : Pruner
{
    /// <summary>A pruner with these bounds.</summary>
    /// <exception cref="ArgumentException">No bound is given, or the lower one is above the upper.</exception>
    public ThresholdPruner(ThresholdOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options is { Lower: null, Upper: null })
            throw new ArgumentException("A threshold needs Lower, Upper or both; neither is given.", nameof(options));
        if (options.Lower > options.Upper)
            throw new ArgumentException(FormattableString.Invariant(
                $"Lower is {options.Lower} and above Upper, {options.Upper}: every trial would be stopped."),
                nameof(options));
        Options = options;
    }

    /// <summary>The settings.</summary>
    public ThresholdOptions Options { get; }

    /// <inheritdoc/>
    public override string Name => "threshold";

    /// <inheritdoc/>
    public override PruneDecision Decide(StudyHistory history, Trial trial, int step)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (!StepLosses.IsDue(trial, step, Options.WarmupSteps, Options.Interval))
            return PruneDecision.Continue;
        var value = trial.IntermediateValues[^1].Value;
        return value < Options.Lower ? Stop("below the lower", Options.Lower)
            : value > Options.Upper ? Stop("above the upper", Options.Upper)
            : PruneDecision.Continue;

        PruneDecision Stop(string side, double? bound) => new(Verdict.Stop, FormattableString.Invariant(
            $"step {step}: {value:G6} is {side} bound {bound:G6}"));
    }
}
