using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TuneGraph.Scheduler;

/// <summary>Data and checkpoints by the hash of their content.</summary>
internal static class ArtifactEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var artifacts = api.MapGroup("/artifacts").WithTags("artifacts");
        artifacts.MapPut("/{sha256}", PutAsync).WithSummary("Uploads a file under the SHA-256 of its bytes.");
        artifacts.MapMethods("/{sha256}", ["GET", "HEAD"], Get).WithSummary("Downloads a file.");
    }

    private static async Task<IResult> PutAsync(string sha256, HttpContext context, ScheduledStudies studies)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null; // a model is as large as it is
        await studies.Artifacts.PutAsync(sha256, context.Request.Body, context.RequestAborted);
        return TypedResults.NoContent();
    }

    private static PhysicalFileHttpResult Get(string sha256, ScheduledStudies studies) =>
        studies.Artifacts.Find(sha256) is { } path
            ? TypedResults.PhysicalFile(path, "application/octet-stream")
            : throw new FleetException(
                FleetCode.NoArtifact, $"The artifact {sha256} is not here, or its file is damaged; upload it again.");
}
