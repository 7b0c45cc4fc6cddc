using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// The trials of a running sweep and their chains of segments: which trial runs next, what a step or the end of a
/// segment means for it. A segment that another trial has finished is not run again: its steps are read from the log.
/// </summary>
internal sealed class TrialFlow(
    SweepSpec spec,
    SweepPlan plan,
    StudyLedger ledger,
    TrialCheckpoints checkpoints,
    TrialShapes shapes,
    ElasticRanks? elastic,
    string dataHash,
    TrialCosts costs,
    SharedSegments shared,
    Action<PlannedTask> submit,
    Func<string, string, bool> withdraw,
    Action<SweepEvent> tell
)
{
    private const int MostEndedAtOnce = 8; // in one transaction, and before a claim is renewed

    private readonly HashSet<int> _active = [];
    private readonly Dictionary<string, int> _attempts = [];
    private int _parallel = 1;
    private readonly int? _epochs = (spec.Program as ModelProgram)?.Training.Epochs;
    private int? _reachedTarget;
    private readonly TrialFailures _failures = new(ledger.Study);
    private readonly Spending _spending = new(spec, costs);
    private bool _exhausted;

    private Study Study => ledger.Study;

    private string WhyReached => $"trial {_reachedTarget} reached the objective's target";

    /// <summary>Whose turn it is at segments that several trials need.</summary>
    public SegmentTurns Turns { get; } = new(shared, withdraw);

    /// <summary>Why the search has ended before its number of trials; null when it has not.</summary>
    public string? Enough => _spending.Enough;

    /// <summary>Whether trials go on only after another study has trained a segment.</summary>
    public bool AwaitsOthers => _reachedTarget is null && Turns.WaitingElsewhere.Count > 0;

    /// <summary>Why the sweep should give up; null while it should not.</summary>
    public string? FailedTooOften => _failures.TooMany(_spending.Budget.MaxFailed);

    /// <summary>Takes up what an earlier process left: checkpoints, finished segments, and running trials.</summary>
    public void GoOn(StoredStudy? known)
    {
        checkpoints.GoOn(known);
        shapes.GoOn(known);
        foreach (var task in known?.Tasks ?? [])
        {
            if (task.State == "Running")
                ledger.Add(new TaskChanged(task with { State = "Stopped" })); // Whoever still needs it starts it anew.
        }

        foreach (var failed in Study.Trials.Where(trial => trial.State == TrialState.Failed))
            _failures.Add(failed.Number);
        _spending.Steps = Study.Trials.Sum(trial => (long)trial.Steps - (trial.Origin?.Step ?? 0));

        EndOutside();
        shared.GoOn(known);
        costs.GoOn(known?.Attempts ?? []);
        foreach (var attempt in known?.Attempts ?? [])
        {
            _attempts[attempt.TaskKey] = Math.Max(attempt.Number, _attempts.GetValueOrDefault(attempt.TaskKey));
            if (attempt.State == AttemptState.Running)
                ledger.Add(new AttemptEnded(attempt.TaskKey, attempt.Number, AttemptState.Lost, "its process ended"));
        }

        foreach (var trial in Study.Trials.Where(trial => trial.State == TrialState.Running).ToList())
            Start(trial);
    }

    /// <summary>Starts trials while there is room: those that earned their next rung, then new ones.</summary>
    /// <returns>Whether it wants to go on, after other messages: many trials ended at once, all shared.</returns>
    public bool Fill(int parallel)
    {
        _parallel = parallel;
        var ended = 0;
        while (_active.Count < parallel && elastic is not { HasRoom: false } && _reachedTarget is null
            && Next() is { } trial)
        {
            Start(trial);
            if (!_active.Contains(trial.Number) && ++ended == MostEndedAtOnce)
                return true;
        }

        return false;
    }

    /// <summary>The sweep may spend another budget from now on.</summary>
    public void Change(BudgetSpec budget)
    {
        _spending.Change(budget);
        _exhausted = false;
        EndOutside();
    }

    /// <summary>Workers came or left: what has more ranks than there is room for is decided anew.</summary>
    public void Refit()
    {
        foreach (var number in elastic?.TooWide() ?? [])
        {
            var trial = Study.Trials[number];
            var segment = (TrainSegment)plan.Segment(trial, trial.Steps, dataHash, Study).Work;
            Turns.Withdraw(segment, "there is not room for so many ranks any more");
        }
    }

    /// <summary>Takes a step in.</summary>
    /// <returns>A checkpoint that is not needed any more once this is in the store; null when there is none.</returns>
    public StoredCheckpoint? OnStep(StepFinished message, bool stopping)
    {
        var replaced = message.Checkpoint is { } saved ? checkpoints.Take(saved) : null;

        var trial = Study.Trials[message.Trial];
        elastic?.Observe(trial, message.Metrics);
        var metrics = message.Metrics is { } measured && elastic?.TakeNote(trial.Number) is { } note
            ? measured with { Notes = [note, .. measured.Notes] }
            : message.Metrics;

        // After a crash a trial goes on from its last checkpoint, and repeats, bit for bit, the steps reported since.
        if (trial.State == TrialState.Running && message.Step > trial.Steps)
            Report(trial, message.Step, message.Values, metrics);
        if (_reachedTarget is not null && trial.State == TrialState.Running && !stopping)
            End(trial, TrialState.Pruned, trial.Values.Length > 0 ? trial.Values : message.Values, WhyReached);
        return replaced;
    }

    /// <summary>Starts a trial with a configuration that somebody asked for.</summary>
    public int Enqueue(Configuration configuration)
    {
        var trial = Study.Enqueue(configuration);
        Start(trial);
        return trial.Number;
    }

    public void OnSegmentEnded(TrainSegment segment, TaskOutcome outcome)
    {
        var trial = Study.Trials[segment.Number];
        var again = outcome is TaskThrew { Fault.Kind: FaultKind.OutOfMemory } && trial.State == TrialState.Running
            && shapes.TryRelieve(segment, AttemptOf(segment.Key));
        if (outcome is TaskThrew { Fault: var fault } && !again)
            Fail(trial, fault.Reason);
        again |= Turns.WasWithdrawn(trial.Number) && outcome is TaskInterrupted;
        var whole = trial.LastStep >= segment.Range.To;
        if (whole)
            shared.Finished(segment);
        var waiting = Turns.End(segment);
        _active.Remove(trial.Number);
        elastic?.Ended(trial.Number);
        Leave(trial);
        if (trial.State == TrialState.Running && (again || (outcome is TaskDone && whole)))
            Start(trial);
        Restart(waiting);
    }

    /// <inheritdoc cref="SegmentTurns.Elsewhere"/>
    public void OnElsewhere(SegmentElsewhere segment) => Restart(Turns.Elsewhere(segment));

    public void OnFunctionEnded(CallFunction call, TaskOutcome outcome)
    {
        var trial = Study.Trials[call.Number];
        _active.Remove(trial.Number);
        if (trial.State != TrialState.Running)
            return;
        switch (outcome)
        {
            case TaskThrew { Fault: var thrown }:
                Fail(trial, thrown.Reason);
                break;
            case TaskDone { Result: FunctionResult result } when result.Fault(spec.Objectives.Length) is { } fault:
                End(trial, TrialState.Failed, default, fault);
                break;
            case TaskDone { Result: FunctionResult result }:
                End(trial, TrialState.Completed, result.Values, null, result.Constraints);
                break;
        }
    }

    /// <summary>Nothing can be promoted any more and the budget is spent: paused trials end where they are.</summary>
    public void EndPaused()
    {
        foreach (var trial in Study.Trials.Where(trial => trial.State == TrialState.Paused).ToList())
        {
            var why = $"paused at step {trial.LastStep}: it was never among those promoted from that rung";
            End(trial, TrialState.Pruned, trial.IntermediateValues[^1].Values, why);
        }

        foreach (var waiting in Turns.WaitingElsewhere.Select(number => TrialSummary.Of(Study.Trials[number])))
            End(Study.Trials[waiting.Number], TrialState.Pruned, waiting.Values, WhyReached);
    }

    // Nobody wants more of them: their steps would be spent outside of what is searched.
    private void EndOutside()
    {
        foreach (var trial in ledger.PausedOutside())
            End(trial, TrialState.Pruned, trial.IntermediateValues[^1].Values, StudyChange.Outside(trial));
    }

    public SweepSummary Summary(Trial best) =>
        new(
            spec,
            [.. Study.Trials.Select(TrialSummary.Of)],
            TrialSummary.Of(best),
            [.. Study.Front.Select(TrialSummary.Of)],
            ledger.Curves,
            shared.Steps
        );

    public SweepResult Result(SweepOutcome outcome, string? reason, TestMetrics? test, string? folder) =>
        new()
        {
            Outcome = outcome,
            Reason = reason,
            Best = Study.Best is { } best ? TrialSummary.Of(best) : null,
            Front = [.. Study.Front.Select(TrialSummary.Of)],
            Trials = [.. Study.Trials.Select(TrialSummary.Of)],
            Test = test?.Values ?? [],
            SharedSteps = shared.Steps,
            OutputFolder = folder,
        };

    public StoredCheckpoint? CheckpointOf(Trial trial)
    {
        if (spec.Program is not ModelProgram || trial.LastStep is not { } last)
            return null;
        var segment = (TrainSegment)plan.Segment(trial, last - 1, dataHash, Study).Work;
        return checkpoints.Of(segment.Key);
    }

    public int NextAttempt(string taskKey) => _attempts[taskKey] = AttemptOf(taskKey) + 1;

    public int AttemptOf(string taskKey) => _attempts.GetValueOrDefault(taskKey);

    public string WhyNoResult() => _failures.WhyNoResult();

    // Promotion first: it spends on what has shown promise. When everything is spent and no trial got to the end,
    // because there were too few for the topmost rungs, the best of the highest rung is carried through.
    private Trial? Next()
    {
        if (!_spending.IsEnough(Study) && Study.Promote() is { } promoted)
            return Study.Trials[promoted];
        var mayAsk = Enough is null && (Study.Trials.Count < _spending.Budget.Trials || spec.Sampler.Forks);
        if (!_exhausted && mayAsk && Study.Ask() is { } asked)
            return asked;
        _exhausted = !spec.Sampler.Forks || _active.Count == 0;
        if (_active.Count > 0 || Study.Best is not null)
            return null;
        var sign = spec.Objective.Direction == Direction.Minimize ? 1 : -1;
        var paused = Study
            .Trials.Where(trial => trial.State == TrialState.Paused)
            .OrderByDescending(trial => trial.LastStep)
            .ThenBy(trial => sign * trial.IntermediateValues[^1].Value)
            .FirstOrDefault();
        if (paused is not null)
            Study.Resume(paused.Number);
        return paused;
    }

    private void Start(Trial trial)
    {
        _active.Add(trial.Number);
        tell(new TrialStarted(TrialSummary.Of(trial)));
        if (_epochs is not { } epochs)
        {
            submit(plan.Function(trial.Number));
            return;
        }

        while (trial.State == TrialState.Running)
        {
            if (trial.Steps >= epochs)
            {
                var last = ledger.LastOf(trial.Number);
                End(trial, TrialState.Completed, last.Values, null, spec.ConstraintsOf(last.Metrics));
                break;
            }

            var planned = plan.Segment(trial, trial.Steps, dataHash, Study);
            if (elastic is not null)
            {
                elastic.Decide(trial, ((TrainSegment)planned.Work).Range.From, Waiting());
                planned = plan.Segment(trial, trial.Steps, dataHash, Study);
            }

            var segment = (TrainSegment)planned.Work;
            if (shared.Find(trial, segment) is not { } known)
            {
                Run(planned, segment);
                return;
            }

            TakeOver(trial, segment, known);
        }

        _active.Remove(trial.Number);
        Leave(trial);
    }

    private void TakeOver(Trial trial, TrainSegment segment, KnownSegment known)
    {
        var taken = 0;
        foreach (var record in known.Steps)
        {
            if (trial.State != TrialState.Running)
                break;
            Report(trial, record.Step, record.Values, record.Metrics);
            taken++;
        }

        shared.Took(trial, segment, known, taken);
    }

    // Where trials are forked, everything is kept: nothing could compute a donor's state again by itself.
    private void Leave(Trial trial)
    {
        if (trial.IsFinished && !spec.Sampler.Forks)
            checkpoints.Ended(trial);
    }

    // Trials that will be started beside this one as soon as they are asked for.
    private int Waiting() =>
        Math.Max(0, Math.Min(_parallel - _active.Count, _spending.TrialsLeft(Study)));

    private void Restart(IReadOnlyList<int> waiting)
    {
        foreach (var next in waiting)
        {
            _active.Remove(next);
            Start(Study.Trials[next]);
        }
    }

    private void Run(PlannedTask planned, TrainSegment segment)
    {
        if (!Turns.TryBegin(segment))
        {
            elastic?.Ended(segment.Number); // it takes no room while it waits
            return;
        }

        checkpoints.Needs(segment.Number, segment.Key);
        submit(planned);
    }

    private void Report(Trial trial, int step, ValueList values, StepMetrics? metrics)
    {
        _spending.Steps += step - trial.Steps;
        var why = step < _epochs ? WhyItEnds(trial, step, metrics) : null;
        if (step == _epochs || why is not null)
        {
            ledger.ReportLast(trial.Number, step, values, metrics);
            tell(new TrialStepped(TrialSummary.Of(trial), step, values[0], metrics));
            End(trial, TrialState.Completed, values, why, spec.ConstraintsOf(metrics));
            return;
        }

        var decision = ledger.Report(trial.Number, step, values, metrics, costs.Of);
        tell(new TrialStepped(TrialSummary.Of(trial), step, values[0], metrics));
        if (trial.State != TrialState.Running)
            tell(new TrialEnded(TrialSummary.Of(trial), IsBest: false, decision.Why));
    }

    private string? WhyItEnds(Trial trial, int step, StepMetrics? metrics) =>
        (spec.Program as ModelProgram)?.Training.EarlyStopping?.WhyAfter(
            [.. ledger.CurveBetween(trial.Number, 0, step - 1), new StepRecord(step, default, metrics)],
            spec.Objective.Metric);

    private void Fail(Trial trial, string reason)
    {
        if (trial.State == TrialState.Running)
            End(trial, TrialState.Failed, default, reason);
    }

    private void End(
        Trial trial, TrialState state, ValueList values, string? reason, ValueList constraints = default)
    {
        Study.Tell(trial.Number, state, values, reason, constraints, costs.Of(trial));
        if (state == TrialState.Failed)
            _failures.Add(trial.Number);
        var isBest = Study.Best == trial;
        if (isBest && spec.Objective.Target is { } target && IsAtLeast(values[0], target))
            _reachedTarget ??= trial.Number;
        tell(new TrialEnded(TrialSummary.Of(trial), isBest, reason));
    }

    private bool IsAtLeast(double value, double target) =>
        spec.Objective.Direction == Direction.Minimize ? value <= target : value >= target;
}
