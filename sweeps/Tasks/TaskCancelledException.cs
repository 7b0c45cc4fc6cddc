using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>A task was cancelled, or one that it depends on was.</summary>
/// <param name="key">The task.</param>
/// <param name="message">Why.</param>
/// <param name="story">What had happened to the task.</param>
public sealed class TaskCancelledException(TaskKey key, string message, IReadOnlyList<Transition> story)
    : OperationCanceledException($"{message}{string.Concat(story.Select(step => $"\n  {step}"))}")
{
    /// <summary>The task.</summary>
    public TaskKey Key { get; } = key;

    /// <summary>What happened to the task, oldest first, as far as it is remembered.</summary>
    public IReadOnlyList<Transition> Story { get; } = story;
}
