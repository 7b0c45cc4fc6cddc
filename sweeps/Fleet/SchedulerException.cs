using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>A scheduler refused a request, or cannot be reached.</summary>
/// <param name="code">
/// Which refusal it is, in words that do not change: <c>study-exists</c>, for instance; <c>unreachable</c> when there
/// was no answer.
/// </param>
/// <param name="message">What is wrong, and the way out.</param>
/// <param name="innerException">What lies behind it.</param>
public sealed class SchedulerException(string code, string message, Exception? innerException = null)
    : TuneGraphException(message, innerException)
{
    /// <summary>Which refusal it is.</summary>
    public string Code { get; } = code;

    /// <summary>With a refused sweep: each mistake with its place.</summary>
    public ImmutableArray<string> Errors { get; init; } = [];
}
