using Dapr.Client;

namespace TuneGraph.Worker;

/// <summary>
/// Calls of the scheduler by the sidecar: <c>--scheduler dapr://tunegraph-scheduler</c> names an application, not an
/// address, and the sidecars find it, encrypt and repeat.
/// </summary>
internal static class SidecarCalls
{
    /// <summary>What stands for an application's name instead of an address.</summary>
    public const string Scheme = "dapr";

    private static readonly TimeSpan _ready = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _again = TimeSpan.FromMilliseconds(200);

    private static string Endpoint =>
        Said("DAPR_HTTP_ENDPOINT") ?? $"http://127.0.0.1:{Said("DAPR_HTTP_PORT") ?? "3500"}";

    /// <summary>Speaks with the scheduler, by whichever way its addresses say.</summary>
    public static SchedulerClient Client(IReadOnlyList<Uri> schedulers, string? token) =>
        schedulers[0].Scheme == Scheme
        ? new SchedulerClient(
            new Uri($"http://{schedulers[0].Host}"),
            token,
            new InvocationHandler
            {
                DaprEndpoint = Endpoint,
                InnerHandler = new SocketsHttpHandler(), // it names DAPR_API_TOKEN itself
            })
        : new SchedulerClient(schedulers, token);

    /// <summary>Waits until the sidecar is ready to call others; at once where the scheduler has an address.</summary>
    /// <exception cref="DaprException">It does not become ready, or refuses.</exception>
    public static async Task ReadyAsync(Uri scheduler, TimeProvider time, CancellationToken cancellationToken)
    {
        if (scheduler.Scheme != Scheme)
            return;
        using var http = new HttpClient { BaseAddress = new Uri(Endpoint) };
        var start = time.GetTimestamp();
        while (true)
        {
            string said;
            try
            {
                using var answer = await http.GetAsync(
                    new Uri("/v1.0/healthz/outbound", UriKind.Relative), cancellationToken);
                if (answer.IsSuccessStatusCode)
                    return;
                said = $"it answers {(int)answer.StatusCode}";
            }
            catch (HttpRequestException e)
            {
                said = e.Message;
            }

            if (time.GetElapsedTime(start) > _ready)
                throw new DaprException(
                    $"The Dapr sidecar at {Endpoint}, as DAPR_HTTP_ENDPOINT says, is not ready ({said}). Start one "
                        + $"beside this worker, or give the scheduler's address instead of {scheduler}.");
            await Task.Delay(_again, time, cancellationToken);
        }
    }

    private static string? Said(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? text : null;
}
