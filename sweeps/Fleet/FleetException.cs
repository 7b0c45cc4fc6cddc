namespace TuneGraph;

/// <summary>A scheduler refuses what a worker or a client asks for.</summary>
/// <param name="code">Which refusal it is, in words that do not change: <c>worker-name-taken</c>, for instance.</param>
/// <param name="message">What is wrong, and the way out.</param>
internal sealed class FleetException(string code, string message) : TuneGraphException(message)
{
    /// <summary>Which refusal it is, in words that do not change.</summary>
    public string Code { get; } = code;
}
