using Dapr.Client;
using TuneGraph.Hosting;

namespace TuneGraph.Worker;

/// <summary>
/// Calls of the scheduler by the sidecar: <c>--scheduler dapr://tunegraph-scheduler</c> names an application, not an
/// address, and the sidecars find it, encrypt and repeat.
/// </summary>
internal static class SidecarCalls
{
    /// <summary>What stands for an application's name instead of an address.</summary>
    public const string Scheme = "dapr";

    /// <summary>Speaks with the scheduler, by whichever way its addresses say.</summary>
    public static SchedulerClient Client(IReadOnlyList<Uri> schedulers, string? token, Sidecar? sidecar) =>
        schedulers[0].Scheme == Scheme
        ? new SchedulerClient(
            new Uri($"http://{schedulers[0].Host}"),
            token,
            new InvocationHandler
            {
                DaprEndpoint = sidecar!.Http.ToString(),
                InnerHandler = new SocketsHttpHandler(), // it names DAPR_API_TOKEN itself
            })
        : new SchedulerClient(schedulers, token);
}
