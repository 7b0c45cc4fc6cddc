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
    private int _logged;

    public StudyLedger(
        SweepSpec spec,
        StudyStore store,
        ImmutableArray<LoggedEvent> log,
        Action<IReadOnlyList<StoreChange>>? kept = null)
    {
        (_store, _name, _kept) = (store, spec.Name, kept);
        var options = new StudyOptions
        {
            Space = spec.Space,
            Directions = [.. spec.Objectives.Select(objective => objective.Direction)],
            Sampler = spec.Sampler,
            Pruner = spec.Pruner,
            Seed = spec.Seed,
            Budget = new() { Trials = spec.Budget.Trials, Steps = spec.Budget.Steps },
            MaxResource = spec.Program is ModelProgram program ? program.Training.Epochs : 0,
        };
        Study = Study.Restore(options, log.Select(item => item.Event));
        _logged = Study.Log.Count;
        foreach (var item in log)
        {
            if (item.Event is StepReported reported)
                CurveOf(reported.Number).Add(new StepRecord(reported.Step, reported.Values, item.Metrics));
        }
    }

    public Study Study { get; }

    public IReadOnlyDictionary<int, IReadOnlyList<StepRecord>> Curves =>
        _curves.ToDictionary(curve => curve.Key, IReadOnlyList<StepRecord> (curve) => curve.Value);

    public IReadOnlyList<StepRecord> CurveBetween(int trial, int after, int upTo) =>
        [.. CurveOf(trial).Where(record => record.Step > after && record.Step <= upTo)];

    /// <summary>
    /// Reports a step and carries out the verdict, so that the value and what follows from it are kept together.
    /// </summary>
    /// <returns>The verdict.</returns>
    public PruneDecision Report(int trial, int step, ValueList values, StepMetrics? metrics)
    {
        var decision = Study.Report(trial, step, values);
        CurveOf(trial).Add(new StepRecord(step, values, metrics));
        Gather(metrics);
        switch (decision.Verdict)
        {
            case Verdict.Stop:
                Study.Tell(trial, TrialState.Pruned, values, decision.Why);
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
        CurveOf(trial).Add(new StepRecord(step, values, metrics));
        Gather(metrics);
    }

    /// <summary>The last step that a trial reported; it has reported one.</summary>
    public StepRecord LastOf(int trial) => CurveOf(trial)[^1];

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

    private void Gather(StepMetrics? metrics)
    {
        for (; _logged < Study.Log.Count; _logged++)
        {
            var @event = Study.Log[_logged];
            _pending.Add(new EventLogged(@event, @event is StepReported ? metrics : null));
        }
    }

    private List<StepRecord> CurveOf(int trial)
    {
        if (!_curves.TryGetValue(trial, out var curve))
            _curves.Add(trial, curve = []);
        return curve;
    }
}
