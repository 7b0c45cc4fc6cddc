namespace TuneGraph.Graph;

/// <summary>
/// The name of a task, unique within one <see cref="TaskGraph"/>. Compared ordinally; the default value names
/// nothing.
/// </summary>
/// <param name="Value">Any non-empty text, for example <c>load-3</c>.</param>
public readonly record struct TaskKey(string Value)
{
    /// <summary>Makes a key of a text.</summary>
    /// <param name="value">Any non-empty text.</param>
    public static implicit operator TaskKey(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";
}
