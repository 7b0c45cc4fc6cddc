namespace TuneGraph.Search;

/// <summary>The rungs of a study, filled from its log.</summary>
internal sealed class RungIndex(StudyHistory history, SuccessiveHalvingPruner pruner) : LogIndex
{
    private readonly List<Rung> _rungs = [];
    private readonly List<Arrival> _last = []; // by trial number

    /// <summary>The rungs that trials have arrived at or passed, from the lowest.</summary>
    public IReadOnlyList<Rung> All => _rungs;

    /// <summary>
    /// The highest rung at which the trial arrived with its report of this step; null if it arrived at none.
    /// </summary>
    public Rung? ArrivedAt(int trial, int step) =>
        _last[trial] is { Rung: >= 0 } last && last.Step == step ? _rungs[last.Rung] : null;

    protected override void Apply(StudyEvent @event)
    {
        switch (@event)
        {
            case TrialAsked:
                _last.Add(new Arrival(-1, -1, default));
                break;
            case StepReported reported:
                Arrive(reported);
                break;
            case TrialPaused when _last[@event.Number] is { Rung: >= 0 } at:
                _rungs[at.Rung].Pause(at.Entry);
                break;
            case TrialResumed or TrialTold when _last[@event.Number] is { Rung: >= 0 } at:
                _rungs[at.Rung].Resume(at.Entry);
                break;
            default:
                break;
        }
    }

    private void Arrive(StepReported reported)
    {
        var entry = new RungEntry(history.Loss(reported.Value), reported.Number);
        for (var k = _last[reported.Number].Rung + 1; StepOf(k) is { } step && step <= reported.Step; k++)
        {
            _rungs[k].Add(entry);
            _last[reported.Number] = new Arrival(k, reported.Step, entry);
        }
    }

    private int? StepOf(int k)
    {
        if (k == _rungs.Count)
        {
            if (pruner.NextRung(k == 0 ? 0 : _rungs[^1].Step, history.MaxResource) is not { } step)
                return null;
            _rungs.Add(new Rung(step));
        }

        return _rungs[k].Step;
    }

    /// <summary>
    /// The highest rung a trial has arrived at (-1: none), and the step of the report that took it there.
    /// </summary>
    private readonly record struct Arrival(int Rung, int Step, RungEntry Entry);
}
