using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

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

    /// <summary>What an answer refuses.</summary>
    internal static async Task<SchedulerException> OfAsync(
        HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            var problem = await answer
                .Content.ReadFromJsonAsync(WireJson.Default.Problem, cancellationToken)
                .ConfigureAwait(false);
            if (problem is { Code.Length: > 0 })
                return new SchedulerException(problem.Code, problem.Detail) { Errors = problem.Errors ?? [] };
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or HttpRequestException)
        {
            // Not one of our refusals: told below by its status.
        }

        var advice = answer.StatusCode == HttpStatusCode.Unauthorized
            ? "set TUNEGRAPH_TOKEN to the scheduler's token."
            : "is there a scheduler of this version?";
        return new SchedulerException(
            "unreachable",
            FormattableString.Invariant(
                $"The server answered {(int)answer.StatusCode} {answer.ReasonPhrase}; {advice}"));
    }
}
