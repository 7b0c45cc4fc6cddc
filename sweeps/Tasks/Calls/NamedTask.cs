using System.Collections.Immutable;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>A task that calls a method by name: it can be written to a file, and run in any process.</summary>
public sealed record NamedTask
{
    /// <summary>The task's name.</summary>
    public required TaskKey Key { get; init; }

    /// <summary>What it does.</summary>
    public required MethodCall Call { get; init; }

    /// <summary>Tasks that have to succeed first, besides those whose results it reads. Empty by default.</summary>
    public ImmutableArray<TaskKey> After { get; init; } = [];

    /// <summary>How it is treated. The defaults by default.</summary>
    public TaskSettings Settings { get; init; } = new();

    /// <summary>All tasks that have to succeed first, each once.</summary>
    public IEnumerable<TaskKey> Dependencies => Call.Reads.Union(After);

    /// <summary>What the graph has to know of the task. The result is kept.</summary>
    public TaskSpec ToSpec() => new()
    {
        Key = Key,
        Dependencies = [.. Dependencies],
        KeepResult = true,
        Priority = Settings.Priority,
        MaxRetries = Settings.MaxRetries,
        Backoff = Settings.Backoff,
        Timeout = Settings.Timeout,
        Resources = Settings.Resources,
    };

    /// <inheritdoc/>
    public bool Equals(NamedTask? other) =>
        other is not null && Key == other.Key && Call == other.Call && Settings == other.Settings
        && After.AsSpan().SequenceEqual(other.After.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Key.GetHashCode();
}
