using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using TuneGraph.Hosting;

namespace TuneGraph.Scheduler;

/// <summary>Lets the sidecar give turns to actors of this process.</summary>
internal static class SidecarActors
{
    private static readonly TimeSpan _idle = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan _drain = TimeSpan.FromSeconds(5);

    /// <summary>How bodies are written: as those of the API.</summary>
    public static JsonSerializerOptions Json { get; } = new(WireJson.Default.Options)
    {
        TypeInfoResolver = JsonTypeInfoResolver.Combine(WireJson.Default, new DefaultJsonTypeInfoResolver()),
    };

    /// <summary>Adds the actors.</summary>
    public static void Add(IServiceCollection services, Sidecar sidecar) => services.AddActors(actors =>
    {
        actors.Actors.RegisterActor<StudyActor>();
        actors.Actors.RegisterActor<GangActor>();
        actors.Actors.RegisterActor<WorkerActor>();
        actors.UseJsonSerialization = true;
        actors.JsonSerializerOptions = Json;
        actors.ActorIdleTimeout = _idle;
        // A turn is as short as a commit; what is cut off all the same is fenced by its claim.
        actors.DrainRebalancedActors = true;
        actors.DrainOngoingCallTimeout = _drain;
        actors.HttpEndpoint = sidecar.Http.ToString();
        if (sidecar.Token is { } token)
            actors.DaprApiToken = token;
    });

    /// <summary>Opens what the sidecar calls.</summary>
    public static void Map(IEndpointRouteBuilder app) => app.MapActorsHandlers();
}
