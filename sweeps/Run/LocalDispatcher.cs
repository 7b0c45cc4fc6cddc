using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>Runs a sweep with threads of this process: the graph has one worker.</summary>
internal sealed class LocalDispatcher : TaskDispatcher
{
    private static readonly WorkerId _worker = new("local");

    private readonly TaskGraph _graph = new();
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly ITimer _timer;
    private readonly string _process;

    /// <param name="threads">Runs the tasks.</param>
    /// <param name="parallel">Trials at a time.</param>
    /// <param name="ranks">Ranks of each.</param>
    /// <param name="options">Clock, and name of this process.</param>
    /// <param name="post">Hears when the graph wants to be woken.</param>
    public LocalDispatcher(
        TaskThreads threads, int parallel, int ranks, SweepRunOptions options, Action<RunnerMessage> post)
        : base(threads)
    {
        (Parallel, _time, _process) = (parallel, options.Time, options.Worker);
        _began = _time.GetTimestamp();
        _timer = _time.CreateTimer(
            _ => post(new TimerDue()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Apply(new WorkerJoined(new WorkerSpec { Id = _worker, Slots = parallel * ranks }));
    }

    public override int Parallel { get; }

    public override IReadOnlyList<Instruction> Submit(PlannedTask task) => Apply(new TasksSubmitted([task.Spec]));

    public override IReadOnlyList<Instruction> Apply(GraphEvent @event)
    {
        var now = _time.GetElapsedTime(_began);
        var instructions = _graph.Apply(@event with { At = now });
        foreach (var due in instructions.OfType<SetTimer>())
            _timer.Change(due.Due > now ? due.Due - now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        return instructions;
    }

    public override string WorkerOf(StartTask start) => _process;

    public override void Start(StartTask start, SweepTask task, StoredCheckpoint? checkpoint) =>
        Threads.Start(start, task, checkpoint);

    public override void Dispose()
    {
        base.Dispose();
        _timer.Dispose();
    }
}
