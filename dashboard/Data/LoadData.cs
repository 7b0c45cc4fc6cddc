using System.Collections.Immutable;
using System.Text.Json;

namespace TuneGraph.Dashboard;

/// <summary>What machines were doing, for the lines that are drawn of it.</summary>
internal static class LoadData
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/data/loads", static async (HttpContext context, MachineLoads loads) =>
        {
            ImmutableArray<WorkerLoads> read = [.. await loads.ReadAsync(context.RequestAborted)];
            context.Response.Headers.CacheControl = "no-store";
            context.Response.ContentType = "application/json; charset=utf-8";
            await JsonSerializer.SerializeAsync(
                context.Response.Body, read, WireJson.Default.ImmutableArrayWorkerLoads, context.RequestAborted);
        });
}
