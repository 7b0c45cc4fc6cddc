using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// A study and its store together: whatever changes the one is written to the other, and what belongs together is
/// written in one
/// transaction. Used by the runner's loop only.
/// </summary>
internal sealed class StudyLedger
{
    private readonly StudyStore _store;
    private readonly string _name;
    private readonly List<StoreChange> _pending = [];
    private readonly Dictionary<int, List<StepRecord>> _curves = [];
    private readonly Action<IReadOnlyList<StoreChange>>? _kept;
    private readonly bool _keepsCurves;
    private int _logged;

    /// <param name="spec">The sweep.</param>
    /// <param name="store">Where the study is kept.</param>
    /// <param name="log">What has happened in it.</param>
    /// <param name="past">Trials of past studies.</param>
    /// <param name="kept">Told what was written.</param>
    /// <param name="first">The sweep as the study was made; null where it has not been changed since.</param>
    public StudyLedger(
        SweepSpec spec,
        StudyStore store,
        ImmutableArray<LoggedEvent> log,
        IReadOnlyList<PastTrial> past,
        Action<IReadOnlyList<StoreChange>>? kept = null,
        SweepSpec? first = null)
        : this(spec, store, log.Select(item => item.Event), past, kept, first)
    {
        foreach (var item in log)
        {
            if (item.Event is StepReported reported)
                Keep(reported.Number, new StepRecord(reported.Step, reported.Values, item.Metrics));
        }
    }

    private StudyLedger(
        SweepSpec spec,
        StudyStore store,
        IEnumerable<StudyEvent> events,
        IReadOnlyList<PastTrial> past,
        Action<IReadOnlyList<StoreChange>>? kept,
        SweepSpec? first)
    {
        // Whoever runs trials elsewhere has measured nothing but the values, which the study keeps anyway.
        (_store, _name, _kept, _keepsCurves) = (store, spec.Name, kept, spec.Program is not AskedProgram);
        var options = new StudyOptions
        {
            Space = (first ?? spec).Space,
            Directions = [.. spec.Objectives.Select(objective => objective.Direction)],
            Sampler = spec.PastStudies.IsEmpty ? spec.Sampler : new TransferSampler(spec.Sampler),
            Pruner = spec.Pruner,
            Seed = spec.Seed,
            Budget = BudgetOf((first ?? spec).Budget),
            MaxResource = spec.Program switch
            {
                ModelProgram program => program.Training.Epochs,
                AskedProgram program => program.MostSteps,
                _ => 0,
            },
        };
        Study = Study.Restore(options, events);
        _logged = Study.Log.Count;
        if (spec.Program is not AskedProgram) // what was changed there, its log alone knows
            Change(spec);
        Import(past);
    }

    /// <summary>That of a study that is asked and told, as its store has it.</summary>
    /// <param name="spec">The study.</param>
    /// <param name="store">Where it is kept.</param>
    /// <param name="kept">Told what was written.</param>
    public static StudyLedger OfAsked(SweepSpec spec, StudyStore store, Action<IReadOnlyList<StoreChange>> kept) =>
        new(spec, store, store.Events(spec.Name), [], kept, null);

    public Study Study { get; }

    public IReadOnlyDictionary<int, IReadOnlyList<StepRecord>> Curves =>
        _curves.ToDictionary(curve => curve.Key, IReadOnlyList<StepRecord> (curve) => curve.Value);

    public IReadOnlyList<StepRecord> CurveBetween(int trial, int after, int upTo) =>
        [.. CurveOf(trial).Where(record => record.Step > after && record.Step <= upTo)];

    /// <summary>
    /// Reports a step and carries out the verdict, so that the value and what follows from it are kept together.
    /// </summary>
    /// <returns>The verdict.</returns>
    public PruneDecision Report(
        int trial, int step, ValueList values, StepMetrics? metrics, Func<Trial, double?> costOf)
    {
        var decision = Study.Report(trial, step, values);
        Keep(trial, new StepRecord(step, values, metrics));
        Gather(metrics);
        switch (decision.Verdict)
        {
            case Verdict.Stop:
                Study.Tell(trial, TrialState.Pruned, values, decision.Why, cost: costOf(Study.Trials[trial]));
                break;
            case Verdict.Pause:
                Study.Pause(trial, step);
                break;
        }

        return decision;
    }

    /// <summary>Reports a trial's last step, after which no verdict is asked for.</summary>
    public void ReportLast(int trial, int step, ValueList values, StepMetrics? metrics)
    {
        _ = Study.Report(trial, step, values);
        Keep(trial, new StepRecord(step, values, metrics));
        Gather(metrics);
    }

    /// <summary>The last step that a trial reported; it has reported one.</summary>
    public StepRecord LastOf(int trial) => CurveOf(trial)[^1];

    /// <summary>How many numbers a trial's model learns; null before its first step, and of no model.</summary>
    public double? ParametersOf(int trial) =>
        CurveOf(trial) is { Count: > 0 } curve ? curve[^1].Metrics?.Parameters : null;

    /// <summary>Gives the study the sweep's budget and ranges from here on, if they are others.</summary>
    public void Change(SweepSpec sweep)
    {
        if (Study.Budget != BudgetOf(sweep.Budget))
            Study.ChangeBudget(BudgetOf(sweep.Budget));
        if (Study.Space is not { } known)
            return;
        ImmutableArray<Parameter> ranges =
        [
            .. sweep.Space!.Parameters.Where(range => range.Distribution != known[range.Name].Distribution),
        ];
        if (!ranges.IsEmpty)
            Study.ChangeRanges(ranges);
    }

    /// <summary>Paused trials that the study would not ask for any more, since ranges were changed.</summary>
    public ImmutableArray<Trial> PausedOutside() =>
        Study.Space is { } space && Study.Space != Study.Options.Space
            ? [.. Study.Trials.Where(t => t.State == TrialState.Paused && !space.Fits(t.Configuration))]
            : [];

    public void Add(StoreChange change) => _pending.Add(change);

    /// <summary>Writes what has happened since the last call. Nothing is told to anyone before it is written.</summary>
    /// <exception cref="StoreException">It could not be written.</exception>
    public void Commit()
    {
        Gather(null);
        if (_pending.Count == 0)
            return;
        _store.Commit(_name, _pending);
        _kept?.Invoke(_pending);
        _pending.Clear();
    }

    private static StudyBudget BudgetOf(BudgetSpec spec) =>
        new() { Trials = spec.Trials, Steps = spec.Steps, Cost = spec.Cost };

    /// <summary>Makes those past studies known that the study does not know yet.</summary>
    private void Import(IReadOnlyList<PastTrial> past)
    {
        var known = Study.Log.OfType<TrialImported>().Select(imported => imported.Study).ToHashSet();
        foreach (var trial in past.Where(trial => !known.Contains(trial.Study)))
            Study.Import(trial.Study, trial.Configuration, trial.Values);
    }

    private void Gather(StepMetrics? metrics)
    {
        for (; _logged < Study.Log.Count; _logged++)
        {
            var @event = Study.Log[_logged];
            _pending.Add(new EventLogged(@event, @event is StepReported ? metrics : null));
        }
    }

    private void Keep(int trial, StepRecord record)
    {
        if (_keepsCurves)
            CurveOf(trial).Add(record);
    }

    private List<StepRecord> CurveOf(int trial)
    {
        if (!_curves.TryGetValue(trial, out var curve))
            _curves.Add(trial, curve = []);
        return curve;
    }
}
