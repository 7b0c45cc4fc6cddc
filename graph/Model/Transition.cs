namespace TuneGraph.Graph;

/// <summary>One step of a task's story.</summary>
/// <param name="Number">Position among all transitions of the graph, from 0.</param>
/// <param name="At">When it happened, since the start of the graph.</param>
/// <param name="Key">The task.</param>
/// <param name="From">State before.</param>
/// <param name="To">State after. Equal to <paramref name="From"/> where something was noted and nothing
/// changed.</param>
/// <param name="Attempt">The latest attempt, from 1; 0 before the first.</param>
/// <param name="Cause">Why it happened, in words.</param>
public sealed record Transition(
    long Number, TimeSpan At, TaskKey Key, TaskState From, TaskState To, int Attempt, string Cause)
{
    /// <inheritdoc/>
    public override string ToString() => From == To
        ? $"{At:c} {Key} {From} (attempt {Attempt}): {Cause}"
        : $"{At:c} {Key} {From} -> {To} (attempt {Attempt}): {Cause}";
}
