using System.Collections.Immutable;
using TuneGraph.Graph;

namespace TuneGraph.Tests.Graph;

/// <summary>A graph whose invariants are checked after every event, and the instructions that it gave last.</summary>
internal sealed class GraphHost(TaskGraphOptions? options = null)
{
    private TimeSpan _now;

    public TaskGraph Graph { get; } = new((options ?? new TaskGraphOptions()) with { Validate = true });

    public ImmutableArray<Instruction> Last { get; private set; } = [];

    public ImmutableArray<Instruction> Apply(GraphEvent @event) =>
        Last = Graph.Apply(@event with { At = _now > @event.At ? _now : @event.At });

    public ImmutableArray<Instruction> Submit(params TaskSpec[] specs) => Apply(new TasksSubmitted([.. specs]));

    public ImmutableArray<Instruction> Join(string id, int slots = 1, int accelerators = 0) =>
        Apply(new WorkerJoined(new WorkerSpec
        {
            Id = id,
            Slots = slots,
            Resources = new ResourceVector { Accelerators = accelerators },
        }));

    /// <summary>Reports that the running attempt of a task has finished.</summary>
    public ImmutableArray<Instruction> Finish(string key, long bytes = 0, double seconds = 0) =>
        Apply(new TaskFinished(key, Graph.AttemptOf(key), bytes, TimeSpan.FromSeconds(seconds)));

    public ImmutableArray<Instruction> Fail(string key, string reason = "boom", bool retriable = true) =>
        Apply(new TaskFailed(key, Graph.AttemptOf(key), reason, retriable));

    public ImmutableArray<Instruction> Stopped(string key) => Apply(new TaskStopped(key, Graph.AttemptOf(key)));

    public ImmutableArray<Instruction> Lose(string worker) => Apply(new WorkerLost(worker, "killed"));

    public ImmutableArray<Instruction> PassTo(double seconds)
    {
        _now = TimeSpan.FromSeconds(seconds);
        return Apply(new TimerFired());
    }

    public TaskState State(string key) => Graph.StateOf(key)!.Value;

    public IEnumerable<string> Started() => Last.OfType<StartTask>().Select(start => start.Key.Value);

    public static TaskSpec Spec(string key, params string[] dependencies) =>
        new() { Key = key, Dependencies = [.. dependencies.Select(name => new TaskKey(name))] };

    public static TaskSpec Gang(string key, int ranks, GangPlacement placement = GangPlacement.Pack) =>
        new() { Key = key, Ranks = ranks, Placement = placement };
}
