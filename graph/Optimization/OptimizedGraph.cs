using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>A graph that gives the same results as another with fewer tasks, and how to find the old tasks in it.</summary>
public sealed record OptimizedGraph
{
    /// <summary>The tasks to submit.</summary>
    public required ImmutableArray<TaskSpec> Tasks { get; init; }

    /// <summary>Tasks that were merged into another of equal content: their keys, and the key whose result is theirs too.</summary>
    public ImmutableDictionary<TaskKey, TaskKey> Aliases { get; init; } = ImmutableDictionary<TaskKey, TaskKey>.Empty;

    /// <summary>For each task that stands for a chain, the keys of its steps in the order in which to run them; the last is its own.</summary>
    public ImmutableDictionary<TaskKey, ImmutableArray<TaskKey>> Chains { get; init; } =
        ImmutableDictionary<TaskKey, ImmutableArray<TaskKey>>.Empty;

    /// <summary>Tasks left out because no wanted result needs them.</summary>
    public ImmutableArray<TaskKey> Culled { get; init; } = [];

    /// <summary>Expected duration of all tasks that need not run, because another of equal content runs. Unknown durations count as zero.</summary>
    public TimeSpan SavedDuration { get; init; }

    /// <summary>The key under which a task's result is found.</summary>
    /// <param name="key">A key of the original graph that was not culled.</param>
    public TaskKey Resolve(TaskKey key) => Aliases.GetValueOrDefault(key, key);
}
