using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>
/// A submission that the graph refuses, or an invariant of the graph that broke. Carries the story of the task in
/// question.
/// </summary>
public sealed class GraphException : Exception
{
    /// <summary>Says what went wrong, and to which task.</summary>
    /// <param name="message">What failed, the actual value, what is allowed, the way out.</param>
    /// <param name="key">The task in question, if there is one.</param>
    /// <param name="story">What had happened to it.</param>
    public GraphException(string message, TaskKey? key = null, IReadOnlyList<Transition>? story = null)
        : base(WithStory(message, story))
    {
        Key = key;
        Story = story is null ? [] : [.. story];
    }

    /// <summary>The task in question; null where the trouble is not about one.</summary>
    public TaskKey? Key { get; }

    /// <summary>What had happened to the task, oldest first; empty for a task that is new.</summary>
    public ImmutableArray<Transition> Story { get; }

    private static string WithStory(string message, IReadOnlyList<Transition>? story) => story is null or []
        ? message
        : $"{message}{string.Concat(story.Select(step => $"\n  {step}"))}";
}
