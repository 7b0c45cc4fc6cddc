namespace TuneGraph.Search;

/// <summary>A study that goes through what another one went through, as far as its own pruner lets it.</summary>
internal sealed class ReplayedStudy(StudyOptions options)
{
    private readonly List<Run> _runs = [];

    public Study Study { get; } = new(options);

    public List<ReplayedStop> Stops { get; } = [];

    public void Take(StudyEvent @event, TimeSpan at)
    {
        if (@event is TrialImported or BudgetChanged or RangesChanged)
            return; // for samplers alone
        if (@event is TrialAsked { Origin: var origin } asked)
        {
            // Whether the donor would have come so far does not matter to what this trial reported.
            Study.Replay([asked with { Origin = null }]);
            _runs.Add(new Run(at, origin?.Step ?? 0));
            return;
        }

        var run = _runs[@event.Number];
        if (!run.IsStopped)
            Take(@event, run, at);
    }

    /// <summary>Steps and time of all trials; those that run on have run until their last event.</summary>
    public (long Steps, TimeSpan Time) Sum() =>
        (_runs.Sum(run => (long)run.Step - run.First), new TimeSpan(_runs.Sum(run => run.Time.Ticks)));

    private void Take(StudyEvent @event, Run run, TimeSpan at)
    {
        run.Pass(at);
        switch (@event)
        {
            case StepReported reported:
                run.Step = reported.Step;
                Judge(reported, run);
                break;
            case TrialPaused:
                run.IsPaused = true;
                Study.Replay([@event]);
                break;
            case TrialResumed:
                run.IsPaused = false;
                Study.Replay([@event]);
                break;
            default:
                Study.Replay([@event]);
                break;
        }
    }

    private void Judge(StepReported reported, Run run)
    {
        var decision = Study.Report(reported.Number, reported.Step, reported.Values);
        if (decision.Verdict == Verdict.Continue || reported.Step >= Study.Options.MaxResource)
            return;
        run.IsStopped = true;
        Study.Tell(reported.Number, TrialState.Pruned, reported.Values, decision.Why);
        Stops.Add(new ReplayedStop(reported.Number, reported.Step, decision.Why));
    }

    private sealed class Run(TimeSpan start, int first)
    {
        private TimeSpan _last = start;

        public int First { get; } = first;

        public int Step { get; set; } = first;

        public TimeSpan Time { get; private set; }

        public bool IsPaused { get; set; }

        public bool IsStopped { get; set; }

        public void Pass(TimeSpan at)
        {
            if (!IsPaused && at > _last)
                Time += at - _last;
            _last = at;
        }
    }
}
