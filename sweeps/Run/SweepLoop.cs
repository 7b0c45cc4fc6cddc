using System.Collections.Concurrent;
using System.Diagnostics;
using TuneGraph.Graph;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// The one loop that owns a running sweep: study, graph and store change only here, one message at a time. What a
/// message changes is written in one transaction before anything is started, answered or told because of it; so after a
/// crash at any point the store describes a state that the loop can go on from.
/// </summary>
internal sealed class SweepLoop : IDisposable
{
    private readonly SweepSpec _spec;
    private readonly SweepPlan _plan;
    private readonly TrialShapes _shapes;
    private readonly Func<StudyLedger> _openLedger;
    private readonly SweepRunOptions _options;
    private readonly TaskDispatcher _dispatcher;
    private readonly CheckpointStore _checkpoints;
    private readonly SweepTasks _tasks;

    // Bounded by what it serves: an attempt has one message in it at a time, a task a handful of instructions.
    private readonly BlockingCollection<RunnerMessage> _messages = [];
    private readonly List<SweepEvent> _toTell = [];
    private readonly List<Action> _afterCommit = [];
    private StudyLedger? _ledger;
    private TrialFlow? _trials;
    private TrialCosts? _costs;
    private RunnerMessage? _handled;
    private BoundsChanged? _bounds;
    private StopAsked? _stop;
    private bool _finishing;
    private bool _exported;
    private SweepResult? _result;

    /// <param name="spec">What to run.</param>
    /// <param name="options">How to run it.</param>
    /// <param name="checkpoints">Where checkpoints lie.</param>
    /// <param name="dispatcher">Makes what runs the tasks; it posts to the loop.</param>
    /// <param name="ledger">Opens study and store, once the data is there.</param>
    public SweepLoop(
        SweepSpec spec,
        SweepRunOptions options,
        CheckpointStore checkpoints,
        Func<TaskThreads, Action<RunnerMessage>, TaskDispatcher> dispatcher,
        Func<StudyLedger> ledger)
    {
        (_spec, _options, _checkpoints, _openLedger) = (spec, options, checkpoints, ledger);
        _shapes = new TrialShapes(spec, key => _dispatcher!.GiveMoreMemory(key));
        _plan = new SweepPlan(spec, _shapes.Of);
        var work = new SweepWork(spec, checkpoints, options.VerifySteps, Post);
        _dispatcher = dispatcher(new TaskThreads(spec, work, options, Post), Post);
        _tasks = new SweepTasks(
            _dispatcher, spec.Retry, OnConcluded, work => _toTell.Add(new StageStarted(work.Kind)));
    }

    /// <summary>Told how long the run may last from now on, when that is changed.</summary>
    public Action<TimeSpan?>? Limited { get; set; }

    /// <summary>Hands a message to the loop; after its end, to nobody.</summary>
    public void Post(RunnerMessage message)
    {
        try
        {
            _messages.Add(message);
        }
        catch (Exception e) when (e is InvalidOperationException or ObjectDisposedException)
        {
            Turn(message); // the loop has ended: whoever waits for an answer gets one
        }
    }

    /// <summary>Runs the sweep to its end on the calling thread.</summary>
    public SweepResult Run()
    {
        try
        {
            if (_spec.Program is ModelProgram model)
                _tasks.Submit(SweepPlan.Data(model));
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
        finally
        {
            _messages.CompleteAdding();
            while (_messages.TryTake(out var late))
                Turn(late);
        }
    }

    public void Dispose()
    {
        _dispatcher.Dispose();
        _messages.Dispose();
    }

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
            case StepsVerified verified:
                _toTell.Add(new TrialVerified(verified.Trial, verified.Report));
                break;
            case CostTold told:
                _costs!.OnTold(told.Trial, told.Cost);
                break;
            case OutputCame output:
                _tasks.OnOutput(output);
                break;
            case TaskEnded ended:
                _tasks.OnEnded(ended, _stop?.Reason);
                break;
            case StopAsked stop:
                OnStop(stop);
                break;
            case Instructed instructed:
                _tasks.Carry(instructed.Instruction);
                break;
            case TimerDue:
                _tasks.Apply(new TimerFired());
                break;
            case SegmentElsewhere segment:
                if (!_finishing)
                    _trials!.OnElsewhere(segment);
                break;
            case TrialWanted wanted:
                OnWanted(wanted);
                break;
            case BoundsChanged bounds:
                OnBounds(bounds);
                break;
            case Errand errand:
                errand.Run();
                break;
            case SlotsChanged:
                _trials?.Refit();
                break;
            case LeaveAsked:
                throw new OperationCanceledException("This process ends; the study stays as it is.");
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
        _dispatcher.HandOn();
        _tasks.StartDecided();
    }

    private void OnStep(StepFinished message)
    {
        if (message.Segment is { } key && !_tasks.Wants(key, message.Trial))
        {
            DropUnneeded(message.Checkpoint);
            message.GoOn.Give(false);
            return;
        }

        try
        {
            DropUnneeded(_trials!.OnStep(message, stopping: _stop is not null));
            var trial = _ledger!.Study.Trials[message.Trial];
            var goOn = trial.State == TrialState.Running && _stop is null && !message.IsLate;
            _afterCommit.Add(() => message.GoOn.Give(goOn));
        }
        catch (ArgumentException e)
        {
            // The user's function reported steps out of order, or a value that is no number: its trial fails with this
            // reason.
            message.GoOn.Refuse(e);
        }
    }

    // What replaces it is in the store by then.
    private void DropUnneeded(StoredCheckpoint? checkpoint)
    {
        if (checkpoint is not null)
            _afterCommit.Add(() => _checkpoints.Remove(checkpoint));
    }

    private void OnWanted(TrialWanted message)
    {
        try
        {
            if (_trials is null || _stop is not null || _finishing)
                throw new InvalidOperationException("The search is not running, so it takes no trial now.");
            var number = _trials.Enqueue(message.Configuration);
            _afterCommit.Add(() => message.Number.Give(number));
        }
        catch (Exception e) when (e is ArgumentException or SearchSpaceException or InvalidOperationException)
        {
            message.Number.Refuse(e);
        }
    }

    // Before the study exists it is kept; once the search is over, it counts when the study goes on.
    private void OnBounds(BoundsChanged message)
    {
        _bounds = message;
        _dispatcher.Change(message.Sweep.Resources);
        Limited?.Invoke(message.Sweep.Budget.Timeout);
        if (_trials is null || _finishing)
            return;
        _ledger!.Change(message.Sweep);
        _trials.Change(message.Sweep.Budget);
        _trials.Refit();
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

    private void OnConcluded(TaskKey key, SweepTask work, TaskOutcome outcome)
    {
        switch (work)
        {
            case LoadData when outcome is TaskInterrupted || _stop is { Now: true }:
                throw new OperationCanceledException("Stopped before the data was read: nothing was started.");
            case LoadData:
                Begin(((TabularData)_dispatcher.ResultOf(key)!).ContentHash);
                break;
            case TrainSegment segment:
                _trials!.OnSegmentEnded(segment, outcome);
                break;
            case CallFunction call:
                _trials!.OnFunctionEnded(call, outcome);
                break;
            case ExportResults when outcome is TaskDone:
                _exported = true;
                break;
            default:
                if (outcome is TaskThrew failure)
                    throw new TuneGraphException(
                        $"The search is over, but its {work.Kind} stage failed: {failure.Fault.Message}",
                        failure.Error);
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
                    + "compared with new ones. Put the old file back, or begin another study with --output FOLDER.");
        }

        _ledger = _openLedger();
        _costs = new TrialCosts(_spec.CostMetric, _options.Time, _ledger);
        var checkpoints = new TrialCheckpoints(_checkpoints, _ledger);
        var elastic = _dispatcher.Room is null ? null : ElasticRanks.Of(_spec, _shapes, () => _dispatcher.Room ?? 1);
        _trials = new TrialFlow(
            _spec, _plan, _ledger, checkpoints, _shapes, elastic, dataHash, _costs,
            new SharedSegments(_spec, _ledger, checkpoints, _costs, _options.Site?.Library, Post), _tasks.Submit,
            (key, why) => _tasks.TryWithdraw(key, why), _toTell.Add);
        _tasks.Begin(_ledger, _trials, checkpoints, _costs);
        if (_spec.Program is ModelProgram)
            _ledger.Add(new TaskChanged(data));
        _toTell.Add(new SweepStarted(_spec, _dispatcher.Parallel, _ledger.Study.Trials.Count));
        _trials.GoOn(_options.Known);
        if (_bounds is { } bounds)
            OnBounds(bounds);
    }

    // What the new state calls for: more trials, the final tasks, or the end.
    private void Proceed()
    {
        if (_finishing)
        {
            if (_tasks.AreOver)
                End(_stop?.Outcome ?? SweepOutcome.Finished);
            return;
        }

        if (_stop is null && _trials!.FailedTooOften is { } reason)
            _stop = new StopAsked(SweepOutcome.Failed, reason, Now: false);
        var goesOn = _stop is null && _trials!.Fill(_dispatcher.Parallel);
        if (goesOn)
            Post(new SlotsChanged()); // it takes up where it is, after what has come in meanwhile
        if (_stop is not null)
            _tasks.CancelUnstarted(_stop.Reason);
        if (goesOn || !_tasks.AreOver || (_stop is null && _trials!.AwaitsOthers))
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
            _tasks.Submit(task);
        if (_tasks.AreOver)
            End(_stop?.Outcome ?? SweepOutcome.Finished);
    }

    private void End(SweepOutcome outcome)
    {
        var reason = _stop?.Reason ?? (outcome == SweepOutcome.Failed ? _trials!.WhyNoResult() : _trials!.Enough);
        var state = outcome switch
        {
            SweepOutcome.Finished => StudyState.Finished,
            SweepOutcome.Failed => StudyState.Failed,
            _ => StudyState.Interrupted,
        };
        _ledger!.Add(new StudyStateChanged(state, reason));
        _result = _trials!.Result(
            outcome, reason, _dispatcher.ResultOf(SweepPlan.EvaluateKey) as TestMetrics,
            _exported ? _spec.OutputFolder : null);
        _toTell.Add(new SweepEnded(_result));
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
            case TrialWanted wanted:
                wanted.Number.Refuse(new OperationCanceledException("The sweep has ended."));
                break;
            case TaskEnded ended:
                _dispatcher.Forget(ended.Key);
                break;
            default:
                break;
        }
    }
}
