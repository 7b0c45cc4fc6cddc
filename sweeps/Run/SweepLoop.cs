using System.Collections.Concurrent;
using System.Diagnostics;
using TuneGraph.Graph;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// The one loop that owns a running sweep: study, graph and store change only here, one message at a time. What a
/// message changes is
/// written in one transaction before anything is started, answered or told because of it; so after a crash at any point
/// the store
/// describes a state that the loop can go on from.
/// </summary>
internal sealed class SweepLoop : IDisposable
{
    private static readonly WorkerId _worker = new("local");

    private readonly SweepSpec _spec;
    private readonly SweepPlan _plan;
    private readonly Func<StudyLedger> _open;
    private readonly SweepRunOptions _options;
    private readonly TaskGraph _graph = new();
    private readonly LocalDispatcher _dispatcher;
    private readonly CheckpointFolder _checkpoints;
    private readonly BlockingCollection<RunnerMessage> _messages = new(boundedCapacity: 1024);
    private readonly Dictionary<TaskKey, PlannedTask> _planned = [];
    private readonly List<StartTask> _toStart = [];
    private readonly List<SweepEvent> _toTell = [];
    private readonly List<Action> _afterCommit = [];
    private readonly int _parallel;
    private readonly long _began;
    private StudyLedger? _ledger;
    private TrialFlow? _trials;
    private TrialCosts? _costs;
    private RunnerMessage? _handled;
    private StopAsked? _stop;
    private bool _finishing;
    private bool _exported;
    private SweepResult? _result;

    public SweepLoop(
        SweepSpec spec,
        SweepRunOptions options,
        int parallel,
        CheckpointFolder checkpoints,
        Func<StudyLedger> open
    )
    {
        (_spec, _options, _parallel, _checkpoints, _open) = (spec, options, parallel, checkpoints, open);
        _plan = new SweepPlan(spec);
        _dispatcher = new LocalDispatcher(spec, new SweepWork(spec, checkpoints, Post), Post);
        _began = options.Time.GetTimestamp();
    }

    /// <summary>Hands a message to the loop; waits while too many are queued.</summary>
    public void Post(RunnerMessage message) => _messages.Add(message);

    /// <summary>Runs the sweep to its end on the calling thread.</summary>
    public SweepResult Run()
    {
        try
        {
            var ranks = _spec.Program is ModelProgram program ? program.Training.Parallel.WorldSize : 1;
            Apply(new WorkerJoined(new WorkerSpec { Id = _worker, Slots = _parallel * ranks }));
            if (_spec.Program is ModelProgram model)
                Submit(SweepPlan.Data(model));
            else
                Begin(dataHash: "");
            Settle();
            while (_result is null)
                Handle(_handled = _messages.Take());
            return _result;
        }
        catch
        {
            // The store or the disk failed, or the data cannot be used: no task may outlive the loop that answers it.
            Abandon();
            throw;
        }
    }

    public void Dispose() => _messages.Dispose();

    private void Handle(RunnerMessage message)
    {
        switch (message)
        {
            case StepFinished step:
                OnStep(step);
                break;
            case ParameterAsked asked:
                OnParameter(asked);
                break;
            case CostTold told:
                _costs!.OnTold(told.Trial, told.Cost);
                break;
            case TaskEnded ended:
                OnEnded(ended);
                break;
            case StopAsked stop:
                OnStop(stop);
                break;
            default:
                throw new UnreachableException($"Unhandled message {message.GetType().Name}.");
        }

        Settle();
    }

    // Writes first, then lets the world see what was written.
    private void Settle()
    {
        if (_ledger is not null && _result is null)
            Proceed();
        _ledger?.Commit();
        foreach (var told in _toTell)
            _options.Progress?.Report(told);
        _toTell.Clear();
        foreach (var action in _afterCommit)
            action();
        _afterCommit.Clear();
        foreach (var start in _toStart)
            _dispatcher.Start(start, _planned[start.Key].Work, _trials?.StartOf(_planned[start.Key].Work));
        _toStart.Clear();
    }

    private void OnStep(StepFinished message)
    {
        try
        {
            _trials!.OnStep(message, stopping: _stop is not null);
            var trial = _ledger!.Study.Trials[message.Trial];
            var goOn = trial.State == TrialState.Running && _stop is null;
            _afterCommit.Add(() => message.GoOn.Give(goOn));
        }
        catch (ArgumentException e)
        {
            // The user's function reported steps out of order, or a value that is no number: its trial fails with this
            // reason.
            message.GoOn.Refuse(e);
        }
    }

    private void OnParameter(ParameterAsked message)
    {
        try
        {
            var value = _ledger!.Study.Suggest(message.Trial, message.Parameter);
            _afterCommit.Add(() => message.Value.Give(value));
        }
        catch (Exception e) when (e is ArgumentException or SearchSpaceException or InvalidOperationException)
        {
            message.Value.Refuse(e);
        }
    }

    private void OnStop(StopAsked message)
    {
        if (_finishing && message.Outcome == SweepOutcome.TimedOut)
            return;
        _stop = _stop is { Now: true } ? _stop : message;
        if (message.Now)
            _dispatcher.StopAll();
    }

    private void OnEnded(TaskEnded message)
    {
        var planned = _planned[message.Key];
        _dispatcher.Forget(message.Key);
        if (planned.Work.Trial is { } trial)
            _costs!.OnEnd(trial);
        if (message.Outcome is TaskThrew { Error: var error } && (planned.Work is LoadData || error is StoreException))
            throw error;
        Record(message, planned);

        // Forgotten before the trials hear of it: one that waited for the same segment may submit it again.
        if (planned.Work is TrainSegment or CallFunction)
            Apply(new TasksForgotten([message.Key]));
        switch (planned.Work)
        {
            case LoadData when message.Outcome is TaskInterrupted || _stop is { Now: true }:
                throw new OperationCanceledException("Stopped before the data was read: nothing was started.");
            case LoadData:
                Begin(((TabularData)_dispatcher.ResultOf(message.Key)!).ContentHash);
                break;
            case TrainSegment segment:
                _trials!.OnSegmentEnded(segment, message.Outcome);
                break;
            case CallFunction call:
                _trials!.OnFunctionEnded(call, message.Outcome);
                break;
            case ExportResults when message.Outcome is TaskDone:
                _exported = true;
                break;
            default:
                if (message.Outcome is TaskThrew { Error: var failure })
                    throw new TuneGraphException(
                        $"The search is over, but its {planned.Work.Kind} stage failed: {failure.Message}",
                        failure
                    );
                break;
        }
    }

    // The data is there (or none is needed): from now on the study exists in the store.
    private void Begin(string dataHash)
    {
        var data = new StoredTask($"data-{dataHash}", "data", null, "Succeeded");
        var before = _options.Known?.Tasks.FirstOrDefault(task => task.Kind == data.Kind);
        if (before is not null && before.Key != data.Key)
        {
            throw new StudyConflictException(
                $"The data of the study '{_spec.Name}' has changed since its first trial, so its trials cannot be "
                    + "compared with new ones. Put the old file back, or begin another study with --output FOLDER."
            );
        }

        _ledger = _open();
        _costs = new TrialCosts(_spec.CostMetric, _options.Time, _ledger);
        _trials = new TrialFlow(_spec, _plan, _ledger, _checkpoints, dataHash, _costs, Submit, _toTell.Add);
        if (_spec.Program is ModelProgram)
            _ledger.Add(new TaskChanged(data));
        _toTell.Add(new SweepStarted(_spec, _parallel, _ledger.Study.Trials.Count));
        _trials.GoOn(_options.Known);
    }

    // What the new state calls for: more trials, the final tasks, or the end.
    private void Proceed()
    {
        if (_finishing)
        {
            if (_dispatcher.Running == 0 && _toStart.Count == 0)
                End(_stop?.Outcome ?? SweepOutcome.Finished);
            return;
        }

        if (_stop is null && _trials!.FailedTooOften is { } reason)
            _stop = new StopAsked(SweepOutcome.Failed, reason, Now: false);
        if (_stop is null)
            _trials!.Fill(_parallel);
        if (_dispatcher.Running > 0 || _toStart.Count > 0)
            return;
        if (_stop is null)
            _trials!.EndPaused();
        var searched = _stop is null or { Outcome: SweepOutcome.TimedOut };
        if (!searched || _ledger!.Study.Best is not { } best)
        {
            End(_stop?.Outcome ?? SweepOutcome.Failed);
            return;
        }

        _finishing = true;
        foreach (var task in _plan.Final(_trials!.Summary(best), _trials.CheckpointOf(best)))
            Submit(task);
        if (_toStart.Count == 0)
            End(_stop?.Outcome ?? SweepOutcome.Finished);
    }

    private void End(SweepOutcome outcome)
    {
        var study = _ledger!.Study;
        var reason = _stop?.Reason ?? (outcome == SweepOutcome.Failed ? _trials!.WhyNoResult() : _trials!.Enough);
        var state = outcome switch
        {
            SweepOutcome.Finished => StudyState.Finished,
            SweepOutcome.Failed => StudyState.Failed,
            _ => StudyState.Interrupted,
        };
        _ledger.Add(new StudyStateChanged(state, reason));
        _result = new SweepResult
        {
            Outcome = outcome,
            Reason = reason,
            Best = study.Best is { } best ? TrialSummary.Of(best) : null,
            Front = [.. study.Front.Select(TrialSummary.Of)],
            Trials = [.. study.Trials.Select(TrialSummary.Of)],
            Test = _dispatcher.ResultOf(SweepPlan.EvaluateKey) is TestMetrics test ? test.Values : [],
            SharedSteps = _trials!.SharedSteps,
            OutputFolder = _exported ? _spec.OutputFolder : null,
        };
        _toTell.Add(new SweepEnded(_result));
    }

    private void Submit(PlannedTask task)
    {
        _planned[task.Spec.Key] = task;
        _ledger?.Add(new TaskChanged(new StoredTask(task.Spec.Key.Value, task.Work.Kind, task.Work.Trial, "Waiting")));
        Apply(new TasksSubmitted([task.Spec]));
    }

    private void Apply(GraphEvent @event)
    {
        foreach (var instruction in _graph.Apply(@event with { At = _options.Time.GetElapsedTime(_began) }))
        {
            switch (instruction)
            {
                case StartTask start:
                    OnStart(start);
                    break;
                case StopTask stop:
                    _dispatcher.Stop(stop.Key);
                    break;
                case ReleaseResult release:
                    _dispatcher.Release(release.Key);
                    break;
                case TaskSucceeded or TaskErred or Graph.TaskCancelled or GraphStopped:
                    break; // Follows from what this loop has just told the graph.
                case ReleaseGang or StealTask or PauseWorker or ResumeWorker or SpillResults or SetTimer:
                    break; // Matters of fleets: this process is the only worker; no task has a time-out or back-off.
                default:
                    throw new UnreachableException($"Unhandled instruction {instruction.GetType().Name}.");
            }
        }
    }

    private void OnStart(StartTask start)
    {
        var work = _planned[start.Key].Work;
        _toStart.Add(start);
        if (work.Trial is { } trial)
            _costs!.OnStart(trial, start.Ranks.Length);
        if (work is not (TrainSegment or CallFunction))
            _toTell.Add(new StageStarted(work.Kind));
        var number = _trials?.NextAttempt(start.Key.Value) ?? start.Attempt;
        _ledger?.Add(new TaskChanged(new StoredTask(start.Key.Value, work.Kind, work.Trial, "Running")));
        _ledger?.Add(new AttemptStarted(start.Key.Value, number, work.Trial, _options.Worker, start.Ranks.Length));
    }

    private void Record(TaskEnded message, PlannedTask planned)
    {
        var (state, attempt, reason) = message.Outcome switch
        {
            TaskDone => ("Succeeded", AttemptState.Succeeded, null),
            TaskInterrupted => ("Stopped", AttemptState.Stopped, _stop?.Reason),
            TaskThrew { Error: var error } => ("Failed", AttemptState.Failed, error.Message),
            _ => throw new UnreachableException($"Unhandled outcome {message.Outcome.GetType().Name}."),
        };
        if (_ledger is not null)
        {
            var key = message.Key.Value;
            _ledger.Add(new TaskChanged(new StoredTask(key, planned.Work.Kind, planned.Work.Trial, state)));
            _ledger.Add(new AttemptEnded(key, _trials!.AttemptOf(key), attempt, reason));
        }

        Apply(
            message.Outcome switch
            {
                TaskThrew => new TaskFailed(message.Key, message.Attempt, reason!, Retriable: false),
                TaskInterrupted => new TaskFailed(message.Key, message.Attempt, reason ?? "stopped", Retriable: false),
                _ => new TaskFinished(message.Key, message.Attempt),
            }
        );
    }

    // Whoever waits for an answer gets one, beginning with the message that could not be handled.
    private void Abandon()
    {
        _dispatcher.StopAll();
        Turn(_handled);
        while (_dispatcher.Running > 0)
            Turn(_messages.Take());
    }

    private void Turn(RunnerMessage? away)
    {
        switch (away)
        {
            case StepFinished step:
                step.GoOn.Give(false);
                break;
            case ParameterAsked asked:
                asked.Value.Refuse(new OperationCanceledException("The sweep has ended."));
                break;
            case TaskEnded ended:
                _dispatcher.Forget(ended.Key);
                break;
            default:
                break;
        }
    }
}
