using System.Diagnostics;

namespace TuneGraph.Graph;

/// <summary>
/// Thousands of workers in fake time, to try out a <see cref="TaskGraph"/>: it carries out the graph's instructions with
/// delays, failures and deaths from a seed, and makes sure that no task ever runs twice at once.
/// </summary>
/// <remarks>The same graph, options, workers and events give the same run. A day of a cluster takes seconds.</remarks>
public sealed class ClusterSimulation
{
    private readonly TaskGraph _graph;
    private readonly SimulationOptions _options;
    private readonly Random _random;
    private readonly PriorityQueue<Action, (TimeSpan At, long Number)> _agenda = new();
    private readonly Dictionary<WorkerId, SimulatedWorker> _workers = [];
    private readonly Dictionary<(TaskKey, int), SimulatedRun> _runs = [];
    private readonly Dictionary<TaskKey, int> _running = [];
    private TimeSpan _now;
    private TimeSpan _lastFinish;
    private TimeSpan _timer = TimeSpan.MaxValue;
    private long _number;
    private long _events;
    private long _starts;
    private long _finishes;
    private long _steals;
    private int _kills;
    private double _busySeconds;
    private double _deadSeconds;

    /// <summary>Makes a cluster without workers around a graph.</summary>
    /// <param name="graph">The graph. From here on only the simulation may send it events.</param>
    /// <param name="options">How the cluster behaves; the defaults if null.</param>
    public ClusterSimulation(TaskGraph graph, SimulationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(graph);
        _graph = graph;
        _options = options ?? new SimulationOptions();
        _random = new Random(_options.Seed);
        if (_options.MeanTimeBetweenKills > TimeSpan.Zero)
            PlanKill();
    }

    /// <summary>Called with each event just before the graph takes it in.</summary>
    public Action<GraphEvent>? OnEvent { get; set; }

    /// <summary>Called with each attempt's spec and the time whenever an attempt begins on its workers.</summary>
    public Action<TaskSpec, TimeSpan>? OnStart { get; set; }

    /// <summary>Called with each attempt's spec and the time whenever an attempt ends well.</summary>
    public Action<TaskSpec, TimeSpan>? OnFinish { get; set; }

    /// <summary>Fake time since the start.</summary>
    public TimeSpan Now => _now;

    /// <summary>Lets an event reach the graph at a time. A <see cref="WorkerJoined"/> also brings up the worker.</summary>
    /// <param name="at">Fake time; the past counts as now.</param>
    /// <param name="event">The event.</param>
    public void Schedule(TimeSpan at, GraphEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        At(at, () => Deliver(@event));
    }

    /// <summary>Kills a worker at a time; the graph hears of it after a delay.</summary>
    /// <param name="at">Fake time; the past counts as now.</param>
    /// <param name="worker">The worker; one that is dead already is left so.</param>
    public void ScheduleKill(TimeSpan at, WorkerId worker) => At(at, () => Kill(worker));

    /// <summary>Runs until nothing more will happen, or all tasks are closed, or the time has come.</summary>
    /// <param name="until">Fake time to stop at; never by default.</param>
    /// <exception cref="GraphException">A task ran twice at once, or the graph broke an invariant.</exception>
    public SimulationReport Run(TimeSpan? until = null)
    {
        while (_agenda.TryPeek(out var action, out var next) && next.At <= (until ?? TimeSpan.MaxValue))
        {
            _agenda.Dequeue();
            _now = next.At;
            action();
        }
        var offered = _deadSeconds + _workers.Values.Where(worker => worker.IsAlive).Sum(worker => SlotSeconds(worker, _lastFinish));
        return new SimulationReport(_now, _events, _starts, _finishes, _kills, _steals, _busySeconds, offered);
    }

    private bool HasOpenTasks =>
        _graph.CountOf(TaskState.Waiting) + _graph.CountOf(TaskState.Ready) + _graph.CountOf(TaskState.Running) > 0;

    private void At(TimeSpan at, Action action) => _agenda.Enqueue(action, (at < _now ? _now : at, _number++));

    private void AfterDelay(Action action) => At(_now + _options.MaxDelay * _random.NextDouble(), action);

    private void Deliver(GraphEvent @event)
    {
        if (@event is WorkerJoined joined)
            _workers[joined.Worker.Id] = new SimulatedWorker(joined.Worker, _now);
        _events++;
        @event = @event with { At = _now };
        OnEvent?.Invoke(@event);
        foreach (var instruction in _graph.Apply(@event))
            Obey(instruction);
    }

    private void Obey(Instruction instruction)
    {
        switch (instruction)
        {
            case StartTask start: AfterDelay(() => Arrive(start)); break;
            case StopTask stop: AfterDelay(() => Stop(stop.Key, stop.Attempt)); break;
            case ReleaseGang release: AfterDelay(() => Stop(release.Key, release.Attempt)); break;
            case StealTask steal: AfterDelay(() => GiveBack(steal)); break;
            case SetTimer timer: SetTimer(timer.Due); break;
            case TaskSucceeded or TaskErred or TaskCancelled or ReleaseResult: break;
            case PauseWorker or ResumeWorker or SpillResults or GraphStopped: break;
            default: throw new UnreachableException($"Unhandled instruction {instruction.GetType().Name}.");
        }
    }

    private void Arrive(StartTask start)
    {
        var ranks = new SimulatedWorker[start.Ranks.Length];
        for (var rank = 0; rank < ranks.Length; rank++)
        {
            if (!_workers.TryGetValue(start.Ranks[rank].Worker, out var worker) || !worker.IsAlive)
                return; // the graph will hear of the death
            ranks[rank] = worker;
        }
        var run = new SimulatedRun(_graph.SpecOf(start.Key)!, start.Attempt, ranks);
        if (!_runs.TryAdd((start.Key, start.Attempt), run))
            return; // stopped before it arrived
        if (ranks.Length == 1 && ranks[0].BusySlots >= ranks[0].Spec.Slots)
            ranks[0].Waiting.AddLast(run);
        else
            Begin(run);
    }

    private void Begin(SimulatedRun run)
    {
        if (!_running.TryAdd(run.Spec.Key, run.Attempt))
        {
            throw new GraphException(
                $"Attempt {run.Attempt} of '{run.Spec.Key}' begins while attempt {_running[run.Spec.Key]} runs.",
                run.Spec.Key, _graph.Story(run.Spec.Key));
        }
        run.IsRunning = true;
        run.Began = _now;
        _starts++;
        foreach (var worker in run.Ranks)
        {
            worker.BusySlots++;
            worker.Running.Add(run);
        }
        OnStart?.Invoke(run.Spec, _now);
        AfterDelay(() => Deliver(new TaskStarted(run.Spec.Key, run.Attempt)));
        var reading = ReadInputs(run);
        At(_now + reading + _options.Duration(run.Spec), () => Complete(run));
    }

    /// <summary>Time to move what rank 0's worker lacks; it keeps copies.</summary>
    private TimeSpan ReadInputs(SimulatedRun run)
    {
        var sum = TimeSpan.Zero;
        foreach (var key in run.Spec.Dependencies)
        {
            if (_graph.SpecOf(key) is not { EstimatedBytes: > 0 } input || _graph.HoldersOf(key).Contains(run.Ranks[0].Spec.Id))
                continue;
            var move = TimeSpan.FromSeconds(input.EstimatedBytes / _options.BandwidthBytesPerSecond);
            sum += move;
            var worker = run.Ranks[0];
            At(_now + sum, () =>
            {
                if (worker.IsAlive && !run.IsOver)
                    Deliver(new ResultCopied(key, worker.Spec.Id, move));
            });
        }
        return sum;
    }

    private void Complete(SimulatedRun run)
    {
        if (run.IsOver)
            return;
        End(run);
        if (_random.NextDouble() < _options.FailureProbability)
        {
            AfterDelay(() => Deliver(new TaskFailed(run.Spec.Key, run.Attempt, "simulated failure")));
            return;
        }
        _finishes++;
        _lastFinish = _now;
        OnFinish?.Invoke(run.Spec, _now);
        var finished = new TaskFinished(run.Spec.Key, run.Attempt, run.Spec.EstimatedBytes, _now - run.Began);
        AfterDelay(() => Deliver(finished));
    }

    private void Stop(TaskKey key, int attempt)
    {
        if (_runs.TryGetValue((key, attempt), out var run))
            End(run);
        else
            _runs.Add((key, attempt), new SimulatedRun(new TaskSpec { Key = key }, attempt, []) { IsOver = true });
        AfterDelay(() => Deliver(new TaskStopped(key, attempt)));
    }

    private void GiveBack(StealTask steal)
    {
        if (_runs.TryGetValue((steal.Key, steal.Attempt), out var run) && !run.IsOver)
        {
            var isGranted = !run.IsRunning;
            if (isGranted)
            {
                _steals++;
                End(run);
            }
            AfterDelay(() => Deliver(new StealAnswered(steal.Key, steal.Attempt, isGranted)));
            return;
        }
        // It has not arrived yet, or is over: what is over has been reported, and the worker knows nothing to give.
        var isKnown = run is not null;
        if (!isKnown)
            _runs.Add((steal.Key, steal.Attempt), new SimulatedRun(new TaskSpec { Key = steal.Key }, steal.Attempt, []) { IsOver = true });
        AfterDelay(() => Deliver(new StealAnswered(steal.Key, steal.Attempt, !isKnown)));
    }

    private void End(SimulatedRun run)
    {
        if (run.IsOver)
            return;
        run.IsOver = true;
        if (!run.IsRunning)
        {
            run.Ranks[0].Waiting.Remove(run);
            return;
        }
        _running.Remove(run.Spec.Key);
        _busySeconds += (_now - run.Began).TotalSeconds * run.Ranks.Length;
        foreach (var worker in run.Ranks)
        {
            worker.BusySlots--;
            worker.Running.Remove(run);
        }
        foreach (var worker in run.Ranks)
            BeginNext(worker);
    }

    private void BeginNext(SimulatedWorker worker)
    {
        while (worker.IsAlive && worker.BusySlots < worker.Spec.Slots && worker.Waiting.First?.Value is { } next)
        {
            worker.Waiting.RemoveFirst();
            Begin(next);
        }
    }

    private void SetTimer(TimeSpan due)
    {
        _timer = due;
        At(due, () =>
        {
            if (_timer != due)
                return; // replaced by an earlier one
            _timer = TimeSpan.MaxValue;
            Deliver(new TimerFired());
        });
    }

    private void PlanKill()
    {
        var wait = -Math.Log(1 - _random.NextDouble()) * _options.MeanTimeBetweenKills;
        At(_now + wait, () =>
        {
            var alive = _workers.Values.Where(worker => worker.IsAlive).ToList();
            if (alive.Count > 0)
                Kill(alive[_random.Next(alive.Count)].Spec.Id);
            if (HasOpenTasks)
                PlanKill();
        });
    }

    private void Kill(WorkerId id)
    {
        if (!_workers.TryGetValue(id, out var worker) || !worker.IsAlive)
            return;
        _kills++;
        _deadSeconds += SlotSeconds(worker, _now);
        worker.IsAlive = false;
        foreach (var run in worker.Running.Concat(worker.Waiting).ToList())
            End(run);
        AfterDelay(() => Deliver(new WorkerLost(id, "simulated death")));
        if (_options.ReplacementDelay > TimeSpan.Zero)
        {
            var next = worker.Spec with { Id = $"{id}'{_kills}" };
            At(_now + _options.ReplacementDelay, () => Deliver(new WorkerJoined(next)));
        }
    }

    private static double SlotSeconds(SimulatedWorker worker, TimeSpan until) =>
        Math.Max(0, (until - worker.Born).TotalSeconds) * worker.Spec.Slots;
}
