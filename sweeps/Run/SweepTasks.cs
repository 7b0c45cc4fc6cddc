using System.Diagnostics;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>
/// The tasks of a running sweep that are not over: what the loop submits, what the graph decides about it, and how
/// attempts end. Everything is noted in the ledger; what is to start starts once that is written.
/// </summary>
/// <param name="dispatcher">Has the graph, and runs the attempts.</param>
/// <param name="retry">Which failures the graph may try again.</param>
/// <param name="concluded">Told that a task is over.</param>
/// <param name="staged">Told that one of the sweep's own tasks starts.</param>
internal sealed class SweepTasks(
    TaskDispatcher dispatcher,
    RetrySpec retry,
    Action<TaskKey, SweepTask, TaskOutcome> concluded,
    Action<SweepTask> staged)
{
    private readonly Dictionary<TaskKey, OpenTask> _open = [];
    private readonly List<StartTask> _toStart = [];
    private StudyLedger? _ledger;
    private TrialFlow? _trials;
    private TrialCheckpoints? _checkpoints;
    private TrialCosts? _costs;

    /// <summary>Whether every task is over.</summary>
    public bool AreOver => _open.Count == 0;

    /// <summary>From now on there is a study.</summary>
    public void Begin(StudyLedger ledger, TrialFlow trials, TrialCheckpoints checkpoints, TrialCosts costs) =>
        (_ledger, _trials, _checkpoints, _costs) = (ledger, trials, checkpoints, costs);

    /// <summary>Whether a training segment is wanted, for a trial.</summary>
    public bool Wants(TaskKey segment, int trial) =>
        _open.TryGetValue(segment, out var task) && task.Work is TrainSegment wanted && wanted.Number == trial;

    public void Submit(PlannedTask task)
    {
        _open[task.Spec.Key] = new OpenTask(task.Work);
        _ledger?.Add(new TaskChanged(new StoredTask(task.Spec.Key.Value, task.Work.Kind, task.Work.Trial, "Waiting")));
        Carry(dispatcher.Submit(task));
    }

    public void Apply(GraphEvent @event) => Carry(dispatcher.Apply(@event));

    /// <summary>What no worker has begun need not be waited for.</summary>
    public void CancelUnstarted(string reason)
    {
        foreach (var (key, task) in _open.Where(item => item.Value is { IsOfTrial: true, CanCancel: true }).ToList())
        {
            task.IsCancelled = true;
            Apply(new TasksCancelled([key], reason));
        }
    }

    /// <summary>Cancels a task that no worker has begun; it concludes as interrupted.</summary>
    /// <returns>Whether it was there, and not begun.</returns>
    public bool TryWithdraw(TaskKey key, string reason)
    {
        if (!_open.TryGetValue(key, out var task) || !task.CanCancel)
            return false;
        task.IsCancelled = true;
        Apply(new TasksCancelled([key], reason));
        return true;
    }

    /// <summary>Starts what the graph has decided to start.</summary>
    public void StartDecided()
    {
        foreach (var start in _toStart)
        {
            if (_open.TryGetValue(start.Key, out var task) && task.Attempt == start.Attempt)
                dispatcher.Start(start, task.Work, _checkpoints?.StartOf(task.Work));
        }

        _toStart.Clear();
    }

    /// <summary>Takes in how an attempt ended.</summary>
    /// <param name="message">The end.</param>
    /// <param name="stopped">Why the sweep is stopping; null if it is not.</param>
    public void OnEnded(TaskEnded message, string? stopped)
    {
        if (!_open.TryGetValue(message.Key, out var task) || task.Attempt != message.Attempt)
            return; // an old attempt, of which nobody wants to hear
        dispatcher.Forget(message.Key);
        if (message.Outcome is TaskThrew { Error: { } error } && (task.Work is LoadData || error is StoreException))
            throw error;
        task.Attempt = 0;
        if (task.Work.Trial is { } trial)
            _costs?.OnEnd(trial);
        if (task.Work is TrainSegment segment && message.Outcome is not TaskDone)
            _trials!.Turns.Returned(segment);
        Record(message, task, stopped);
        if (!task.IsOfTrial || message.Outcome is TaskDone)
            Conclude(message.Key, message.Outcome);

        // Else the graph decides: another attempt, or an error for good.
    }

    /// <summary>Keeps what was printed for a trial, as long as its task is not over.</summary>
    public void OnOutput(OutputCame message)
    {
        if (_open.TryGetValue(message.Key, out var task) && task.Work.Trial is { } trial)
            _ledger?.Add(new LinesPrinted(message.Key.Value, trial, message.Lines));
    }

    /// <summary>Does what the graph has decided.</summary>
    public void Carry(Instruction instruction)
    {
        switch (instruction)
        {
            case StartTask start:
                OnStart(start);
                break;
            case StopTask stop:
                dispatcher.Stop(stop.Key);
                break;
            case ReleaseResult release:
                dispatcher.Release(release.Key);
                break;
            case TaskErred erred when _open.TryGetValue(erred.Key, out var task) && task.IsOfTrial:
                var lost = new TaskThrew(new TaskFault(FaultKind.Failed, "Lost", erred.Reason));
                Conclude(erred.Key, task.LastEnd ?? lost);
                break;
            case Graph.TaskCancelled cancelled when _open.TryGetValue(cancelled.Key, out var task) && task.IsCancelled:
                Conclude(cancelled.Key, new TaskInterrupted());
                break;
            case TaskSucceeded or TaskErred or Graph.TaskCancelled or GraphStopped:
                break; // Follows from what the graph has just been told.
            case ReleaseGang or StealTask or PauseWorker or ResumeWorker or SpillResults or SetTimer:
                break; // Matters between the graph and its dispatcher.
            default:
                throw new UnreachableException($"Unhandled instruction {instruction.GetType().Name}.");
        }
    }

    private void Carry(IReadOnlyList<Instruction> instructions)
    {
        foreach (var instruction in instructions)
            Carry(instruction);
    }

    private void OnStart(StartTask start)
    {
        if (!_open.TryGetValue(start.Key, out var task) || task.IsCancelled)
        {
            Apply(new TaskStopped(start.Key, start.Attempt)); // cancelled while the start was on its way
            return;
        }

        var work = task.Work;
        if (work is TrainSegment segment && !_trials!.Turns.TryStart(segment))
        {
            task.IsCancelled = true;
            Apply(new TasksCancelled([start.Key], "another study trains the same segment"));
            Apply(new TaskStopped(start.Key, start.Attempt));
            return;
        }

        (task.Attempt, task.LastEnd) = (start.Attempt, null);
        _toStart.Add(start);
        if (work.Trial is { } trial)
            _costs?.OnStart(trial, start.Ranks.Length);
        if (!task.IsOfTrial)
            staged(work);
        var number = _trials?.NextAttempt(start.Key.Value) ?? start.Attempt;
        var worker = dispatcher.WorkerOf(start);
        _ledger?.Add(new TaskChanged(new StoredTask(start.Key.Value, work.Kind, work.Trial, "Running")));
        _ledger?.Add(new AttemptStarted(start.Key.Value, number, work.Trial, worker, start.Ranks.Length));
    }

    private void Record(TaskEnded message, OpenTask task, string? stopped)
    {
        var (state, attempt, reason) = message.Outcome switch
        {
            TaskDone => ("Succeeded", AttemptState.Succeeded, null),
            TaskInterrupted => ("Stopped", AttemptState.Stopped, stopped),
            TaskThrew { Fault: { Kind: FaultKind.OutOfMemory } fault } =>
                ("Failed", AttemptState.OutOfMemory, fault.Note),
            TaskThrew { Fault: var fault } => ("Failed", AttemptState.Failed, fault.Note),
            TaskTakenBack back => ("Waiting", back.State, back.Reason),
            _ => throw new UnreachableException($"Unhandled outcome {message.Outcome.GetType().Name}."),
        };
        var (key, number) = (message.Key, message.Attempt);
        if (_ledger is not null)
        {
            _ledger.Add(new TaskChanged(new StoredTask(key.Value, task.Work.Kind, task.Work.Trial, state)));
            _ledger.Add(new AttemptEnded(key.Value, _trials!.AttemptOf(key.Value), attempt, reason));
        }

        switch (message.Outcome)
        {
            case TaskThrew threw:
                task.LastEnd = threw;
                // Where a shortage of memory is relieved, the next attempt is another task: the trial's to decide.
                var retriable = retry.Covers(threw.Fault.Kind)
                    && (threw.Fault.Kind != FaultKind.OutOfMemory || retry.Relief.IsEmpty);
                Apply(new TaskFailed(key, number, threw.Fault.Reason, retriable));
                break;
            case TaskInterrupted interrupted:
                task.LastEnd = interrupted;
                Apply(new TaskFailed(key, number, stopped ?? "stopped", Retriable: false));
                break;
            case TaskDone:
                Apply(new TaskFinished(key, number));
                break;
            default:
                break; // taken back: by the graph, which knows
        }
    }

    // Forgotten before the trials hear of it: one that waited for the same segment may submit it again.
    private void Conclude(TaskKey key, TaskOutcome outcome)
    {
        if (!_open.Remove(key, out var task))
            return;
        if (task.IsCancelled)
            _ledger?.Add(new TaskChanged(new StoredTask(key.Value, task.Work.Kind, task.Work.Trial, "Stopped")));
        if (task.IsOfTrial)
            Apply(new TasksForgotten([key]));
        concluded(key, task.Work, outcome);
    }

    /// <summary>A task that is not over.</summary>
    private sealed class OpenTask(SweepTask work)
    {
        public SweepTask Work { get; } = work;

        public bool IsOfTrial => Work is TrainSegment or CallFunction;

        /// <summary>Number of the attempt that is under way; 0 while there is none.</summary>
        public int Attempt { get; set; }

        public bool IsCancelled { get; set; }

        public bool CanCancel => Attempt == 0 && !IsCancelled;

        /// <summary>How the last attempt ended, if it failed or was interrupted.</summary>
        public TaskOutcome? LastEnd { get; set; }
    }
}
