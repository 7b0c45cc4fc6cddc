namespace TuneGraph.Graph;

/// <summary>
/// The name of a worker (a process with slots), unique within one <see cref="TaskGraph"/>. Compared ordinally.
/// </summary>
/// <param name="Value">Any non-empty text, for example <c>w3</c>.</param>
public readonly record struct WorkerId(string Value)
{
    /// <summary>Makes a worker's name of a text.</summary>
    /// <param name="value">Any non-empty text.</param>
    public static implicit operator WorkerId(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value ?? "";
}
