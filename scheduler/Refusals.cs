using System.Text.Json;

namespace TuneGraph.Scheduler;

/// <summary>Makes an answer in the form of RFC 9457 of what a request may not or cannot have.</summary>
internal static class Refusals
{
    public static async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted && Of(e) is { } problem)
        {
            await WriteAsync(context, problem);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
        }
    }

    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        context.Response.StatusCode = problem.Status;
        context.Response.ContentType = "application/problem+json";
        return context.Response.WriteAsync(
            JsonSerializer.Serialize(problem, WireJson.Default.Problem), context.RequestAborted);
    }

    private static Problem? Of(Exception error) =>
        error switch
        {
            FleetException e => new Problem(
                "The request was refused.", StatusOf(e.Code), e.Message, e.Code, Errors: null),
            SweepFileException e => new Problem(
                "The sweep has mistakes.",
                StatusCodes.Status400BadRequest,
                e.Message,
                FleetCode.BadSweep,
                [.. e.Diagnostics.Select(diagnostic => diagnostic.ToString())]),
            BadHttpRequestException e => new Problem(
                "The request cannot be read.", e.StatusCode, Reason(e), FleetCode.BadRequest, Errors: null),
            JsonException e => new Problem(
                "The request cannot be read.",
                StatusCodes.Status400BadRequest,
                e.Message,
                FleetCode.BadRequest,
                Errors: null),
            StudyHeldException e => new Problem(
                "Another scheduler has the study.",
                StatusCodes.Status503ServiceUnavailable,
                e.Message,
                FleetCode.Held,
                Errors: null),
            StoreException e => new Problem(
                "The store is away.",
                StatusCodes.Status503ServiceUnavailable,
                e.Message,
                FleetCode.NoSpace,
                Errors: null),
            _ => null,
        };

    // What serializers of other languages write for a number that is none is no JSON.
    private static string Reason(BadHttpRequestException error) =>
        error.InnerException is not JsonException json ? error.Message
        : json.Path?.StartsWith("$.value", StringComparison.Ordinal) is true
            ? $"{json.Message} JSON has no NaN and no infinity: tell a trial whose value is none as failed."
            : json.Message;

    private static int StatusOf(string code) =>
        code switch
        {
            FleetCode.NoStudy or FleetCode.NoTrial or FleetCode.NoArtifact
                or FleetCode.NoWorker => StatusCodes.Status404NotFound,
            FleetCode.NameTaken or FleetCode.StudyExists or FleetCode.NotRunning
                or FleetCode.TrialOver or FleetCode.NotAsked => StatusCodes.Status409Conflict,
            FleetCode.LeaseEnded => StatusCodes.Status410Gone,
            FleetCode.NoSpace => StatusCodes.Status507InsufficientStorage,
            FleetCode.Ending or FleetCode.Held => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status400BadRequest,
        };
}
