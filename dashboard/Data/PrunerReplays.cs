using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>Answers what another pruner would have done. One replay at a time: it is work for a whole core.</summary>
internal static class PrunerReplays
{
    /// <summary>So many stopped trials are named at most.</summary>
    private const int MostNamed = 200;

    private static readonly SemaphoreSlim _turn = new(1);

    public static async Task SendAsync(HttpContext context, StudyFeed? feed)
    {
        if (feed is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        try
        {
            var replay = await ReplayAsync(context, feed);
            context.Response.Headers.CacheControl = "no-store";
            context.Response.ContentType = "application/json; charset=utf-8";
            await context.Response.Body.WriteAsync(
                JsonAnswer.Of(writer => Write(writer, replay)), context.RequestAborted);
        }
        catch (ArgumentException e)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(e.Message);
        }
        catch (OperationCanceledException)
        {
            // Whoever asked has left.
        }
    }

    private static async Task<PrunerReplay> ReplayAsync(HttpContext context, StudyFeed feed)
    {
        var pruner = PrunerChoice.Read(context.Request.Query);
        await _turn.WaitAsync(context.RequestAborted);
        try
        {
            var directions = feed.Look(view => view.Definition.Directions);
            var log = feed.Log();
            return await Task.Run(
                () => PrunerReplay.Of(Events(log, context.RequestAborted), directions, pruner),
                context.RequestAborted);
        }
        finally
        {
            _turn.Release();
        }
    }

    // Ends when nobody waits for the replay any more.
    private static IEnumerable<(StudyEvent Event, TimeSpan At)> Events(
        IReadOnlyList<LoggedEvent> log, CancellationToken cancellationToken)
    {
        foreach (var logged in log)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return (logged.Event, logged.At - DateTimeOffset.UnixEpoch);
        }
    }

    private static void Write(Utf8JsonWriter writer, PrunerReplay replay)
    {
        writer.WriteStartObject();
        writer.WriteNumber("trials", replay.Trials);
        writer.WriteNumber("stopped", replay.Stops.Length);
        writer.WriteNumber("unknown", replay.Unknown);
        writer.WriteNumber("stepsRun", replay.StepsRun);
        writer.WriteNumber("stepsSaved", replay.StepsSaved);
        writer.WriteNumber("timeRun", replay.TimeRun.TotalMilliseconds);
        writer.WriteNumber("timeSaved", replay.TimeSaved.TotalMilliseconds);
        writer.WriteBoolean("losesBest", replay.LosesBest);
        Number(writer, "best", replay.Best);
        Number(writer, "bestValue", replay.BestValue);
        Number(writer, "bestLeft", replay.BestLeft);
        Number(writer, "bestLeftValue", replay.BestLeftValue);
        writer.WriteStartArray("stops");
        foreach (var stop in replay.Stops.Take(MostNamed))
        {
            writer.WriteStartObject();
            writer.WriteNumber("trial", stop.Trial);
            writer.WriteNumber("step", stop.Step);
            writer.WriteString("why", stop.Why);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter writer, string name, double? number)
    {
        if (number is { } there)
            writer.WriteNumber(name, there);
        else
            writer.WriteNull(name);
    }
}
