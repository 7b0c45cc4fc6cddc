using System.Collections.Immutable;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>What one parameter of a <see cref="MethodCall"/> is given.</summary>
/// <param name="Name">The parameter's name.</param>
public abstract record MethodArgument(string Name)
{
    /// <summary>The tasks whose results the argument reads.</summary>
    public virtual ImmutableArray<TaskKey> Reads => [];
}

/// <summary>A value.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Json">The value as JSON.</param>
public sealed record ValueArgument(string Name, string Json) : MethodArgument(Name);

/// <summary>The result of a task.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Task">The task.</param>
public sealed record ResultArgument(string Name, TaskKey Task) : MethodArgument(Name)
{
    /// <inheritdoc/>
    public override ImmutableArray<TaskKey> Reads => [Task];
}

/// <summary>The results of several tasks, for a parameter that is an array or a read-only list.</summary>
/// <param name="Name">The parameter's name.</param>
/// <param name="Tasks">The tasks.</param>
public sealed record ResultsArgument(string Name, ImmutableArray<TaskKey> Tasks) : MethodArgument(Name)
{
    /// <inheritdoc/>
    public override ImmutableArray<TaskKey> Reads => Tasks;

    /// <inheritdoc/>
    public bool Equals(ResultsArgument? other) =>
        other is not null && Name == other.Name && Tasks.AsSpan().SequenceEqual(other.Tasks.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Tasks.Length);
}
