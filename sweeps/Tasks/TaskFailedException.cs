using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>
/// A task failed for good, or one that it depends on did. The inner exception is what the body threw.
/// </summary>
/// <param name="key">The task.</param>
/// <param name="message">What went wrong.</param>
/// <param name="story">What had happened to the task.</param>
/// <param name="cause">What the body threw; null if it was not begun.</param>
public sealed class TaskFailedException(
    TaskKey key, string message, IReadOnlyList<Transition> story, Exception? cause = null)
    : TuneGraphException($"{message}{string.Concat(story.Select(step => $"\n  {step}"))}", cause)
{
    /// <summary>The task.</summary>
    public TaskKey Key { get; } = key;

    /// <summary>What happened to the task, oldest first, as far as it is remembered.</summary>
    public IReadOnlyList<Transition> Story { get; } = story;
}
