using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>A trial at one moment.</summary>
/// <param name="Number">Its number, from 0.</param>
/// <param name="State">Its state.</param>
/// <param name="Configuration">Its parameters' values.</param>
/// <param name="Values">The objectives: the final values or, while there are none, the last ones reported; empty before
/// that.</param>
/// <param name="Steps">Finished steps.</param>
/// <param name="Reason">Why it ended as it did, for people; null when there is nothing to say.</param>
public sealed record TrialSummary(
    int Number,
    TrialState State,
    Configuration Configuration,
    ValueList Values,
    int Steps,
    string? Reason
)
{
    /// <summary>The first objective, the only one of most sweeps; null where nothing was measured yet.</summary>
    public double? Value => Values.Length == 0 ? null : Values[0];

    /// <summary>Each constraint, satisfied at or below 0; empty where there are none.</summary>
    public ValueList Constraints { get; init; }

    /// <summary>Why the sampler proposed it, for people; null where it said nothing.</summary>
    public string? Why { get; init; }

    /// <summary>
    /// What it cost, in the unit of the sweep's budget; null before its end, and where nothing is known.
    /// </summary>
    public double? Cost { get; init; }

    /// <summary>Whether it breaks no constraint and was not told <see cref="TrialState.Infeasible"/>.</summary>
    public bool IsFeasible => State != TrialState.Infeasible && Constraints.All(constraint => constraint <= 0);

    /// <summary>A trial of a living study as it is now.</summary>
    public static TrialSummary Of(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var last = trial.IntermediateValues.Count > 0 ? trial.IntermediateValues[^1].Values : default;
        return new(
            trial.Number,
            trial.State,
            trial.Configuration,
            trial.Values.Length > 0 ? trial.Values : last,
            trial.Steps,
            trial.Reason
        )
        {
            Constraints = trial.Constraints,
            Why = trial.Why,
            Cost = trial.Cost,
        };
    }

    /// <summary>The trials that a study's log tells of, by number.</summary>
    public static ImmutableArray<TrialSummary> From(StoredStudy study)
    {
        ArgumentNullException.ThrowIfNull(study);
        var trials = new List<TrialSummary>();
        Add(trials, study);
        return [.. trials];
    }

    /// <summary>Brings trials up to date by what came to a study's log.</summary>
    internal static void Add(List<TrialSummary> trials, StoredStudy study)
    {
        foreach (var (_, @event, _) in study.Log)
        {
            if (@event is TrialAsked asked)
            {
                var given = study.Definition.DefineByRun ? Configuration.Empty : asked.Configuration;
                var steps = asked.Origin?.Step ?? 0;
                trials.Add(new TrialSummary(asked.Number, TrialState.Running, given, default, steps, null)
                {
                    Why = asked.Why,
                });
            }
            else if (@event is not (TrialImported or BudgetChanged or RangesChanged))
                trials[@event.Number] = trials[@event.Number].After(@event);
        }
    }

    /// <summary>
    /// The best completed and feasible trial, of several objectives by the first, of equal ones by the next, of equal
    /// trials the earliest; null when there is none.
    /// </summary>
    /// <param name="trials">The trials.</param>
    /// <param name="directions">Which values are better, for each objective.</param>
    public static TrialSummary? Best(IEnumerable<TrialSummary> trials, params IReadOnlyList<Direction> directions)
    {
        ArgumentNullException.ThrowIfNull(directions);
        return trials
            .Where(trial => trial is { State: TrialState.Completed, IsFeasible: true, Values.Length: > 0 })
            .OrderBy(trial => trial.Number)
            .MinBy(Losses, Comparer<double[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));

        double[] Losses(TrialSummary trial) =>
            [.. trial.Values.Zip(directions, (value, better) => better == Direction.Minimize ? value : -value)];
    }

    private TrialSummary After(StudyEvent @event) =>
        @event switch
        {
            ParameterSuggested suggested => this with
            {
                Configuration = Configuration.With(suggested.Parameter.Name, suggested.Value),
            },
            StepReported reported => this with { Values = reported.Values, Steps = reported.Step },
            TrialPaused => this with { State = TrialState.Paused },
            TrialResumed => this with { State = TrialState.Running },
            TrialTold told => this with
            {
                State = told.State,
                Values = told.Values.Length > 0 ? told.Values : Values,
                Reason = told.Reason,
                Constraints = told.Constraints,
                Cost = told.Cost,
            },
            _ => this,
        };
}
