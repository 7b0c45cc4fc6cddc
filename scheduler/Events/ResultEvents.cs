using System.Text.Json;
using TuneGraph.Hosting;

namespace TuneGraph.Scheduler;

/// <summary>
/// Ends of asked trials that come by pub/sub: a CloudEvent whose data names study, trial and result. It may come twice,
/// late and in any order; a trial is told once, whatever comes.
/// </summary>
internal static class ResultEvents
{
    /// <summary>Where they are published.</summary>
    public const string Topic = "tunegraph.results";

    /// <summary>Where those go that nobody can take.</summary>
    public const string DeadTopic = "tunegraph.dead";

    private const string Route = "/dapr/results";

    /// <summary>Tells the sidecar of the subscription, and takes what it delivers.</summary>
    public static void Map(IEndpointRouteBuilder app, Sidecar sidecar)
    {
        app.MapGet("/dapr/subscribe", () => Results.Json(
            new[]
            {
                new Subscription(sidecar.Events, Topic, DeadTopic, new Routes(Route)),
            },
            JsonSerializerOptions.Web)).ExcludeFromDescription();
        app.MapPost(Route, TakeAsync).ExcludeFromDescription();
    }

    private static async Task<IResult> TakeAsync(HttpContext context, AllStudies studies)
    {
        try
        {
            var @event = await JsonSerializer.DeserializeAsync<Delivery>(
                context.Request.Body, SidecarActors.Json, context.RequestAborted);
            if (@event?.Data is not { Study.Length: > 0, Result: not null } result)
                return Answer("DROP");
            await new StudyTurns(result.Study, studies).TellAsync(new StudyTell(result.Trial, result.Result));
            return Answer("SUCCESS");
        }
        catch (Exception e) when (e is FleetException { Code: not FleetCode.Ending } or JsonException)
        {
            return Answer("DROP"); // to the dead letters: it would be refused another time, too
        }
        catch (Exception e) when (e is FleetException or StoreException or StudyHeldException)
        {
            return Answer("RETRY");
        }
    }

    private static IResult Answer(string status) => Results.Json(new { status });

    private sealed record Subscription(string Pubsubname, string Topic, string DeadLetterTopic, Routes Routes);

    private sealed record Routes(string Default);

    private sealed record Delivery(TrialResult? Data);

    private sealed record TrialResult(string Study, int Trial, TellRequest? Result);
}
