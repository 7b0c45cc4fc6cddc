using System.Collections.Immutable;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>
/// Runs a <see cref="TaskGraph"/> on threads of this process. Whichever thread has ended tasks takes the graph, tells
/// it of them all at once and goes on with what it gets: no thread of the graph's own, and no hand-over while there is
/// work at hand. Bodies so short that waking another thread would cost more stay on one.
/// </summary>
/// <remarks>
/// Thread-safe. It offers the graph one worker, <c>local</c>, with a slot for each thread. Gangs are refused: they need
/// several workers' ranks to talk to one another.
/// </remarks>
public sealed class GraphRunner : IAsyncDisposable
{
    internal const string Worker = "local";
    private static readonly TimeSpan _watchPeriod = TimeSpan.FromMilliseconds(10);

    private readonly Lock _lock = new();
    private readonly TaskGraph _graph;
    private readonly GraphRunnerOptions _options;
    private readonly Action<Instruction>? _told;
    private readonly WorkerSpec _worker;
    private readonly long _startedAt;
    private readonly LocalLeases _leases = new();
    private readonly LanePool _lanes;
    private readonly BodyRunner _bodies;
    private readonly List<AttemptEnd> _ended = [];
    private readonly List<Attempt> _handed = [];
    private readonly List<GraphEvent> _events = [];
    private readonly List<TaskCompletionSource> _idleWaiters = [];
    private readonly ITimer _timer;
    private readonly Timer _watch;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _lanesOpen;
    private bool _isWatched;
    private bool _isStopping;
    private bool _isClosed;

    /// <summary>Starts the threads.</summary>
    /// <param name="execute">Does a task and tells the bytes of its result. What it throws is the task's failure. It
    /// runs on one of the threads until it first waits.</param>
    /// <param name="options">Settings; the defaults if null.</param>
    /// <param name="told">Hears what the graph has to tell of tasks and results, in order, while the graph is held: it
    /// has to be quick, and must not call the runner.</param>
    public GraphRunner(
        Func<TaskKey, CancellationToken, ValueTask<long>> execute,
        GraphRunnerOptions? options = null,
        Action<Instruction>? told = null)
    {
        ArgumentNullException.ThrowIfNull(execute);
        _told = told;
        _options = options ?? new GraphRunnerOptions();
        _startedAt = _options.TimeProvider.GetTimestamp();
        _graph = new TaskGraph(
            _options.Graph with { WorkerSaturation = _options.TasksAtHand, WatchesTimeouts = false });
        _timer = _options.TimeProvider.CreateTimer(
            _ => Apply(new TimerFired()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _watch = new Timer(_ => Watch(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _bodies = new BodyRunner(execute, _options.TimeProvider, EndedLater);
        _lanes = new LanePool(_options.Threads, _options.TasksAtHand, _leases);
        _lanesOpen = _options.Threads;
        _worker = new WorkerSpec
        {
            Id = Worker,
            Slots = _options.Threads,
            Resources = _options.Resources,
            MemoryLimitBytes = _options.MemoryLimitBytes,
        };
        Apply(new WorkerJoined(_worker));
        foreach (var (index, lane) in _lanes.Lanes.Index())
            new Thread(() => Work(lane)) { IsBackground = true, Name = $"task graph {index}" }.Start();
    }

    /// <summary>Bytes of results in memory, which the graph hears with every end, so that it pauses in time.</summary>
    internal Func<long>? UsedBytes { get; set; }

    private TimeSpan Now => _options.TimeProvider.GetElapsedTime(_startedAt);

    private bool IsIdleNeedsLock => _leases.Count == 0 && _graph.CountOf(TaskState.Waiting) == 0
        && _graph.CountOf(TaskState.Ready) == 0 && _graph.CountOf(TaskState.Running) == 0;

    /// <summary>Submits tasks, wholly or not at all. They run as soon as their dependencies have.</summary>
    /// <param name="tasks">In any order. Time limits count from when the body begins.</param>
    /// <exception cref="GraphException">The submission is refused.</exception>
    /// <exception cref="TuneGraphException">The runner was stopped, or a task could never run here.</exception>
    public void Submit(ImmutableArray<TaskSpec> tasks)
    {
        foreach (var task in tasks)
            LocalFit.Check(task, _worker);
        lock (_lock)
        {
            if (_isStopping)
                throw new TuneGraphException("The runner was stopped and takes no more tasks. Make a new one.");
            ApplyNeedsLock(new TasksSubmitted(tasks));
            _lanes.WakeOne();
        }
    }

    /// <summary>Tells the graph of anything else than the ends of tasks, for example a cancellation.</summary>
    /// <param name="event">What happened; its time is set here.</param>
    public void Apply(GraphEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        lock (_lock)
        {
            ApplyNeedsLock(@event);
            _lanes.WakeOne();
        }
    }

    /// <summary>Asks something of the graph, while no one changes it.</summary>
    /// <typeparam name="T">Type of the answer.</typeparam>
    /// <param name="question">Reads the graph. It has to be quick and must not apply events.</param>
    public T Ask<T>(Func<TaskGraph, T> question)
    {
        ArgumentNullException.ThrowIfNull(question);
        lock (_lock)
            return question(_graph);
    }

    /// <summary>Completes when no task is open.</summary>
    public Task WhenIdleAsync()
    {
        lock (_lock)
        {
            if (IsIdleNeedsLock)
                return Task.CompletedTask;
            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _idleWaiters.Add(waiter);
            return waiter.Task;
        }
    }

    /// <summary>
    /// Stops for good: no task begins any more, and those that have not begun are cancelled. Completes when all that
    /// had begun have ended.
    /// </summary>
    /// <param name="forceful">Whether tokens of the tasks that have begun are cancelled too.</param>
    public Task StopAsync(bool forceful)
    {
        lock (_lock)
        {
            _isStopping = true;
            _lanes.TakeFromAll(_ended, _handed);
            ApplyNeedsLock(new StopRequested(forceful));
            if (!forceful)
            {
                var begun = _leases.WithdrawAll();
                ApplyNeedsLock(new TasksCancelled(
                    [.. _graph.Keys.Where(key => _graph.StateOf(key) <= TaskState.Running && !begun.Contains(key))],
                    "the graph was stopped"));
            }
        }
        return _stopped.Task;
    }

    /// <summary>Stops by force, waits for the bodies that run, and ends the threads.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(forceful: true).ConfigureAwait(false);
        lock (_lock)
        {
            _isClosed = true;
            _lanes.WakeAll();
        }
        await _closed.Task.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _watch.DisposeAsync().ConfigureAwait(false);
        _lanes.Dispose();
    }

    private void Work(Lane lane)
    {
        while (Exchange(lane))
            _bodies.RunAll(lane);
        lane.Cancel.Dispose();
        if (Interlocked.Decrement(ref _lanesOpen) == 0)
            _closed.SetResult();
    }

    /// <summary>Gives the graph what a lane has ended, and the lane what it may run next. False: the end.</summary>
    private bool Exchange(Lane lane)
    {
        while (true)
        {
            lock (_lock)
            {
                lane.Close(_ended, _handed);
                if (_ended.Count > 0 || _handed.Count > 0)
                    ApplyNeedsLock();
                if (_isClosed)
                    return false;
                if (_lanes.TryFill(lane))
                {
                    WatchNeedsLock();
                    return true;
                }
            }
            _lanes.Sleep();
        }
    }

    private void EndedLater(AttemptEnd end)
    {
        lock (_lock)
        {
            _ended.Add(end);
            ApplyNeedsLock();
            _lanes.WakeOne();
        }
    }

    private void WatchNeedsLock()
    {
        if (_isWatched)
            return;
        _isWatched = true;
        _watch.Change(_watchPeriod, _watchPeriod);
    }

    private void Watch()
    {
        lock (_lock)
        {
            _lanes.TakeFromStuck(_ended, _handed);
            if (_ended.Count > 0 || _handed.Count > 0)
                ApplyNeedsLock();
            _lanes.Wake();
            if (!_lanes.IsAsleep || _isClosed)
                return;
            _isWatched = false;
            _watch.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Tells the graph what has ended, then one event more, and does what it says.</summary>
    private void ApplyNeedsLock(GraphEvent? last = null)
    {
        CollectNeedsLock();
        TellNeedsLock();
        if (last is not null)
        {
            CarryOutNeedsLock(_graph.Apply(last with { At = Now }));
            TellNeedsLock();
        }
        if (_idleWaiters.Count == 0 || !IsIdleNeedsLock)
            return;
        foreach (var waiter in _idleWaiters)
            waiter.SetResult();
        _idleWaiters.Clear();
    }

    /// <summary>Tells the graph all events that wait, and those that come of doing what it says.</summary>
    private void TellNeedsLock()
    {
        while (_events.Count > 0)
        {
            _events[0] = _events[0] with { At = Now }; // one time is enough: the others happened no later
            var events = _events.ToArray();
            _events.Clear();
            CarryOutNeedsLock(_graph.Apply(events));
        }
    }

    private void CarryOutNeedsLock(ImmutableArray<Instruction> instructions)
    {
        foreach (var instruction in instructions)
        {
            switch (instruction)
            {
                case StartTask start: _leases.Begin(start, _graph.SpecOf(start.Key)!); break;
                case StopTask stop when _leases.Stop(stop): _events.Add(new TaskStopped(stop.Key, stop.Attempt)); break;
                case StopTask: break; // its body answers
                case StealTask steal:
                    _events.Add(new StealAnswered(steal.Key, steal.Attempt, _leases.TryGiveBack(steal)));
                    break;
                case SetTimer timer: _timer.Change(Until(timer.Due), Timeout.InfiniteTimeSpan); break;
                case PauseWorker: PauseNeedsLock(); break;
                case ResumeWorker: _leases.IsPaused = false; break;
                case GraphStopped: _stopped.TrySetResult(); break;
                default: _told?.Invoke(instruction); break;
            }
        }
    }

    private void PauseNeedsLock()
    {
        _leases.IsPaused = true;
        _lanes.TakeFromAll(_ended, _handed);
        CollectNeedsLock();
    }

    /// <summary>Sorts what was taken from lanes: attempts to the queue, ends to the events.</summary>
    private void CollectNeedsLock()
    {
        foreach (var attempt in _handed)
            _leases.Return(attempt);
        _handed.Clear();
        if (_ended.Count == 0)
            return;
        foreach (var (attempt, end) in _ended)
        {
            _leases.End(attempt);
            _events.Add(end);
        }
        _ended.Clear();
        if (UsedBytes is not null && _worker.MemoryLimitBytes > 0)
            _events.Add(new WorkerMemoryReported(Worker, UsedBytes()));
    }

    private TimeSpan Until(TimeSpan due) => due > Now ? due - Now : TimeSpan.Zero;
}
