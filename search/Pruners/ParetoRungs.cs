namespace TuneGraph.Search;

/// <summary>The rungs of a study of several objectives, filled from its log.</summary>
internal sealed class ParetoRungs(StudyHistory history, ParetoHalvingPruner pruner) : LogIndex
{
    private readonly List<ParetoRung> _rungs = [];
    private readonly List<(int Rung, int Step)> _last = []; // by trial number

    /// <summary>The rungs that trials have arrived at or passed, from the lowest.</summary>
    public IReadOnlyList<ParetoRung> All => _rungs;

    /// <summary>The highest rung at which the trial arrived with its report of this step; null for none.</summary>
    public ParetoRung? ArrivedAt(int trial, int step) =>
        _last[trial] is { Rung: >= 0 } last && last.Step == step ? _rungs[last.Rung] : null;

    protected override void Apply(StudyEvent @event)
    {
        switch (@event)
        {
            case TrialAsked:
                _last.Add((-1, -1));
                break;
            case StepReported reported:
                Arrive(reported);
                break;
            case TrialPaused when _last[@event.Number].Rung is >= 0 and var rung:
                _rungs[rung].Pause(@event.Number);
                break;
            case TrialResumed or TrialTold when _last[@event.Number].Rung is >= 0 and var rung:
                _rungs[rung].Resume(@event.Number);
                break;
            default:
                break;
        }
    }

    private void Arrive(StepReported reported)
    {
        for (var k = _last[reported.Number].Rung + 1; RungAt(k) is { } rung && rung.Step <= reported.Step; k++)
        {
            rung.Add(reported.Number, history.Losses(reported.Values));
            _last[reported.Number] = (k, reported.Step);
        }
    }

    private ParetoRung? RungAt(int k)
    {
        if (k == _rungs.Count)
        {
            if (pruner.NextRung(k == 0 ? 0 : _rungs[^1].Step, history.MaxResource) is not { } step)
                return null;
            _rungs.Add(new ParetoRung(step));
        }

        return _rungs[k];
    }
}
