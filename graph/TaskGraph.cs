using System.Collections.Immutable;
using System.Diagnostics;

namespace TuneGraph.Graph;

/// <summary>
/// What runs next, and where. A pure state machine: <see cref="Apply(GraphEvent)"/> takes an event and returns what
/// the host has to do.
/// It has no clock, no threads, no I/O and no chance of its own: the same events give the same instructions.
/// </summary>
/// <remarks>Not thread-safe: one loop owns it. Modelled on the worker state machine of dask/distributed.</remarks>
public sealed class TaskGraph
{
    private readonly GraphState _state;
    private readonly Reservation _reservation;
    private readonly TaskFlow _flow;
    private readonly Submission _submission;
    private readonly Requests _requests;
    private readonly AttemptFlow _attempts;
    private readonly WorkerFlow _workers;
    private readonly Dispatcher _dispatcher;
    private bool _hasStopped;

    /// <summary>Makes an empty graph.</summary>
    /// <param name="options">Settings; the defaults if null.</param>
    public TaskGraph(TaskGraphOptions? options = null)
    {
        _state = new GraphState(options ?? new TaskGraphOptions());
        var leases = new Leases(_state);
        var results = new Results(_state);
        _flow = new TaskFlow(_state, leases, results);
        _submission = new Submission(_state, _flow);
        _requests = new Requests(_state, _flow);
        _attempts = new AttemptFlow(_state, _flow, leases, results);
        _workers = new WorkerFlow(_state, _flow, _attempts, leases, results);
        _reservation = new Reservation(_state);
        var placer = new Placer(_state, leases, _reservation);
        _dispatcher = new Dispatcher(_state, placer, _reservation, new Thief(_state, placer, leases));
    }

    private TaskGraph(GraphSnapshot snapshot, TaskGraphOptions? options)
        : this(options)
    {
        new SnapshotReader(_state, new Results(_state), _reservation).Read(snapshot);
        _hasStopped = snapshot.HasStopped;
    }

    /// <summary>Number of tasks in the graph.</summary>
    public int Count => _state.Tasks.Count;

    /// <summary>The latest time that any event has told.</summary>
    public TimeSpan Now => _state.Now;

    /// <summary>Keys of all tasks, in no order.</summary>
    public IEnumerable<TaskKey> Keys => _state.Tasks.Values.Select(node => node.Key);

    /// <summary>Names of all workers that are there, in order of arrival.</summary>
    public IEnumerable<WorkerId> Workers => _state.WorkersInOrder.Select(worker => worker.Spec.Id);

    /// <summary>What has been learnt about the families that have finished tasks, in no order.</summary>
    public IEnumerable<FamilyAverage> Families => _state.Families.Values
        .Where(family => family.DurationTicks >= 0)
        .Select(family => new FamilyAverage(family.Name, TimeSpan.FromTicks((long)family.DurationTicks), family.Bytes));

    /// <summary>All that the graph knows, as plain data.</summary>
    public GraphSnapshot Snapshot() => new SnapshotWriter(_state, _reservation).Write(_hasStopped);

    /// <summary>
    /// Makes a graph that goes on where another stood. After a crash of its host, workers that did not survive have
    /// to be
    /// reported lost; attempts that ended meanwhile, once more.
    /// </summary>
    /// <param name="snapshot">What <see cref="Snapshot"/> gave.</param>
    /// <param name="options">Settings; the defaults if null. They are no part of the snapshot.</param>
    /// <exception cref="GraphException">The snapshot speaks of tasks or workers that it does not contain.</exception>
    public static TaskGraph Restore(GraphSnapshot snapshot, TaskGraphOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return new TaskGraph(snapshot, options);
    }

    /// <summary>Takes in one event.</summary>
    /// <param name="event">What happened.</param>
    /// <returns>What to do now, in this order.</returns>
    /// <exception cref="GraphException">A submission is refused; the graph is as it was before.</exception>
    public ImmutableArray<Instruction> Apply(GraphEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        Handle(@event);
        return Conclude();
    }

    /// <summary>
    /// Takes in several events as if at once: tasks are placed after the last. Much cheaper than one by one.
    /// </summary>
    /// <param name="events">What happened, oldest first. An event that throws leaves those before it applied.</param>
    /// <returns>What to do now, in this order.</returns>
    /// <exception cref="GraphException">A submission is refused; what came before it stands, what came after it is
    /// not looked at.</exception>
    public ImmutableArray<Instruction> Apply(ReadOnlySpan<GraphEvent> events)
    {
        foreach (var @event in events)
            Handle(@event);
        return Conclude();
    }

    /// <summary>Where a task stands; null if the graph does not know it.</summary>
    /// <param name="key">The task.</param>
    public TaskState? StateOf(TaskKey key) => _state.Find(key)?.State;

    /// <summary>A task's spec; null if the graph does not know it.</summary>
    /// <param name="key">The task.</param>
    public TaskSpec? SpecOf(TaskKey key) => _state.Find(key)?.Spec;

    /// <summary>Number of a task's latest attempt, 0 before the first.</summary>
    /// <param name="key">The task; an unknown one has no attempts.</param>
    public int AttemptOf(TaskKey key) => _state.Find(key)?.Attempt ?? 0;

    /// <summary>
    /// Why a task failed or was cancelled, or how its last attempt failed; null if nothing went wrong.
    /// </summary>
    /// <param name="key">The task.</param>
    public string? ReasonOf(TaskKey key) => _state.Find(key)?.Extras?.Reason;

    /// <summary>Where the ranks of a task's attempt run, or have yet to stop; empty if it holds no slots.</summary>
    /// <param name="key">The task.</param>
    public ImmutableArray<Placement> RanksOf(TaskKey key) =>
        _state.Find(key)?.Lease is { } lease ? Leases.PlacementsOf(lease.Ranks) : [];

    /// <summary>The workers that hold a task's result; empty if none does, or only a durable store.</summary>
    /// <param name="key">The task.</param>
    public ImmutableArray<WorkerId> HoldersOf(TaskKey key) =>
        _state.Find(key) is { } node ? Results.HoldersOf(node) : [];

    /// <summary>The tasks that need a task's result.</summary>
    /// <param name="key">The task.</param>
    public ImmutableArray<TaskKey> DependentsOf(TaskKey key)
    {
        if (_state.Find(key) is not { } node)
            return [];
        var keys = ImmutableArray.CreateBuilder<TaskKey>(node.DependentCount);
        foreach (var dependent in node.LiveDependents)
            keys.Add(dependent.Key);
        return keys.MoveToImmutable();
    }

    /// <summary>Keys of all tasks in graph order: dependencies first. Sorts them on each call.</summary>
    public IEnumerable<TaskKey> KeysInOrder() =>
        _state.Tasks.Values.OrderBy(node => node.Order).Select(node => node.Key);

    /// <summary>Number of tasks in a state.</summary>
    /// <param name="state">The state.</param>
    public int CountOf(TaskState state) => _state.Counts[(int)state];

    /// <summary>Why a task does not run, in words: what it lacks, what it waits for, who is ahead.</summary>
    /// <param name="key">The task. Of one that is not waiting or ready, the answer says so.</param>
    public string WhyPending(TaskKey key) => _state.Find(key) is { } node
        ? new Explanation(_state, _reservation).Of(node)
        : $"'{key}' is not in the graph";

    /// <summary>What has happened to a task, oldest first, as far as it is remembered.</summary>
    /// <param name="key">The task; an unknown one has no story.</param>
    public IReadOnlyList<Transition> Story(TaskKey key) => _state.Find(key) is { } node ? _state.Story.Of(node) : [];

    /// <summary>What has happened to all tasks, oldest first, as far as it is remembered.</summary>
    public IEnumerable<Transition> Story() => _state.Story.All();

    /// <summary>Checks everything that must always be true. For tests; takes time in proportion to the graph.</summary>
    /// <exception cref="GraphException">Something is not true: a bug in this library.</exception>
    public void Validate() => new Invariants(_state, _reservation).Check();

    private ImmutableArray<Instruction> Conclude()
    {
        if (_state.Deadlines.Earliest is { } due)
        {
            if (due <= _state.Now)
                _attempts.RunDeadlines();
            _flow.SettleUnneeded();
        }
        _dispatcher.Run();
        SetTimer();
        if (_state.IsStopping && _state.LeaseCount == 0 && !_hasStopped)
        {
            _hasStopped = true;
            _state.Emit(new GraphStopped());
        }
        if (_state.Options.Validate)
            Validate();
        return _state.TakeInstructions();
    }

    private void SetTimer()
    {
        if (_state.Deadlines.Set <= _state.Now)
            _state.Deadlines.Set = null;
        if (_state.Deadlines.Earliest is not { } due || due >= _state.Deadlines.Set)
            return;
        _state.Deadlines.Set = due;
        _state.Emit(new SetTimer(due));
    }

    private void Handle(GraphEvent @event)
    {
        if (@event.At > _state.Now)
            _state.Now = @event.At;
        Route(@event);
        _flow.SettleUnneeded();
    }

    private void Resume()
    {
        _state.IsStopping = false;
        _hasStopped = false;
    }

    private void Route(GraphEvent @event)
    {
        switch (@event)
        {
            case TaskFinished finished: _attempts.Finished(finished); break;
            case TaskFailed failed: _attempts.Failed(failed); break;
            case TaskStopped stopped: _attempts.Stopped(stopped); break;
            case TaskStarted started: _attempts.Started(started); break;
            case TaskReturned returned: _attempts.Returned(returned); break;
            case TaskCrashed crashed: _attempts.Crashed(crashed); break;
            case StealAnswered answer: _attempts.StealAnswered(answer); break;
            case TasksSubmitted submitted: _submission.Apply(submitted.Tasks); break;
            case TasksCancelled cancelled: _requests.Cancel(cancelled.Keys, cancelled.Reason); break;
            case TasksRetried retried: _requests.Retry(retried.Keys); break;
            case ResultsDropped dropped: _requests.Drop(dropped.Keys); break;
            case TasksForgotten forgotten: _requests.Forget(forgotten.Keys); break;
            case GroupChanged changed: _state.Shares.Change(changed.Group); break;
            case WorkerJoined joined: _workers.Join(joined.Worker); break;
            case WorkerLost lost: _workers.Lose(lost.Worker, lost.Reason); break;
            case WorkerRetiring retiring: _workers.Retire(retiring.Worker); break;
            case WorkerMemoryReported report: _workers.MemoryReported(report); break;
            case ResultCopied copied: _workers.ResultCopied(copied); break;
            case ResultLost lost: _workers.ResultLost(lost); break;
            case TimerFired: _state.Deadlines.Set = null; break; // one that fires too early is set again
            case StopRequested stop: _requests.Stop(stop.Forceful); break;
            case ResumeRequested: Resume(); break;
            default: throw new UnreachableException($"Unhandled event {@event.GetType().Name}.");
        }
    }
}
