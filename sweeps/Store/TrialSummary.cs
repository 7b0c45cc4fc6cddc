using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>A trial at one moment.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="State">Its state.</param>
/// <param name="Configuration">Its parameters' values.</param>
/// <param name="Value">The objective: the final value or, while there is none, the last one reported; null before
/// that.</param>
/// <param name="Steps">Finished steps.</param>
/// <param name="Reason">Why it ended as it did, for people; null when there is nothing to say.</param>
public sealed record TrialSummary(
    int Number,
    TrialState State,
    Configuration Configuration,
    double? Value,
    int Steps,
    string? Reason
)
{
    /// <summary>A trial of a living study as it is now.</summary>
    public static TrialSummary Of(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        double? last = trial.Values.Count > 0 ? trial.Values[^1].Value : null;
        return new(
            trial.Number,
            trial.State,
            trial.Configuration,
            trial.Value ?? last,
            trial.LastStep ?? 0,
            trial.Reason
        );
    }

    /// <summary>The trials that a study's log tells of, by number.</summary>
    public static ImmutableArray<TrialSummary> From(StoredStudy study)
    {
        ArgumentNullException.ThrowIfNull(study);
        var trials = new List<TrialSummary>();
        foreach (var (_, @event, _) in study.Log)
        {
            if (@event is TrialAsked asked)
            {
                var given = study.Definition.DefineByRun ? Configuration.Empty : asked.Configuration;
                trials.Add(new TrialSummary(asked.Number, TrialState.Running, given, null, 0, null));
            }
            else
                trials[@event.Number] = trials[@event.Number].After(@event);
        }

        return [.. trials];
    }

    /// <summary>The best completed trial, the earliest of equals; null when none completed.</summary>
    public static TrialSummary? Best(IEnumerable<TrialSummary> trials, Direction direction)
    {
        var sign = direction == Direction.Minimize ? 1 : -1;
        return trials
            .Where(trial => trial is { State: TrialState.Completed, Value: not null })
            .MinBy(trial => (sign * trial.Value!.Value, trial.Number));
    }

    private TrialSummary After(StudyEvent @event) =>
        @event switch
        {
            ParameterSuggested suggested => this with
            {
                Configuration = Configuration.With(suggested.Parameter.Name, suggested.Value),
            },
            StepReported reported => this with { Value = reported.Value, Steps = reported.Step },
            TrialPaused => this with { State = TrialState.Paused },
            TrialResumed => this with { State = TrialState.Running },
            TrialTold told => this with { State = told.State, Value = told.Value ?? Value, Reason = told.Reason },
            _ => this,
        };
}
