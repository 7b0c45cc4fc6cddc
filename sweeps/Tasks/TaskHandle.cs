using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>A task of a <see cref="TaskRunner"/>, whatever its result: a future without its type.</summary>
public abstract class TaskHandle
{
    private protected TaskHandle(TaskRunner runner) => Runner = runner;

    /// <summary>The task's name.</summary>
    public TaskKey Key => AnyCell.Key;

    /// <summary>Where the task stands; null once the future was disposed of and the task is forgotten.</summary>
    public TaskState? State => Runner.Ask(graph => graph.StateOf(Key));

    /// <summary>Why the task does not run, in words.</summary>
    public string WhyPending => Runner.Ask(graph => graph.WhyPending(Key));

    /// <summary>What has happened to the task, oldest first, as far as it is remembered.</summary>
    public IReadOnlyList<Transition> Story => Runner.Ask(graph => graph.Story(Key));

    internal abstract TaskCell AnyCell { get; }

    internal TaskRunner Runner { get; }

    /// <summary>Cancels the task, if it is open, and all that depend on it.</summary>
    /// <param name="reason">Why, for those who await it.</param>
    public void Cancel(string reason = "cancelled by its future") =>
        Runner.Apply(new TasksCancelled([Key], reason));
}
