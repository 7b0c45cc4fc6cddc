using System.Globalization;

namespace TuneGraph.Hosting;

/// <summary>Whether the sidecar is there: hosts wait for it at start, and tell of its loss in their health.</summary>
internal static class SidecarHealth
{
    private static readonly TimeSpan _again = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan _answer = TimeSpan.FromSeconds(2);

    // A connection that a dead sidecar left behind is not waited for.
    private static readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = _answer })
    {
        Timeout = _answer,
    };

    /// <summary>Waits until the sidecar can be used: its components are loaded.</summary>
    /// <param name="sidecar">The sidecar.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It did not become ready in time.</exception>
    public static async Task WaitAsync(Sidecar sidecar, TimeProvider time, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (await WrongAsync(sidecar, cancellationToken) is { } said)
        {
            if (time.GetElapsedTime(start) >= sidecar.Wait)
                throw new TimeoutException(
                    $"the Dapr sidecar at {sidecar.Http}, as DAPR_HTTP_ENDPOINT says, was not ready within "
                        + $"{Seconds(sidecar.Wait)} s ({said}). Start one beside this process, give it more "
                        + $"time by {Sidecar.WaitVariable}, or unset DAPR_HTTP_ENDPOINT and DAPR_GRPC_ENDPOINT to do "
                        + "without.");
            await Task.Delay(_again, time, cancellationToken);
        }
    }

    /// <summary>Whether the sidecar answers.</summary>
    /// <returns>What is wrong, for people; null when nothing is.</returns>
    public static async Task<string?> TroubleAsync(Sidecar sidecar, CancellationToken cancellationToken) =>
        await WrongAsync(sidecar, cancellationToken) is { } said
            ? $"the Dapr sidecar at {sidecar.Http} is not ready ({said})"
            : null;

    private static async Task<string?> WrongAsync(Sidecar sidecar, CancellationToken cancellationToken)
    {
        try
        {
            // Outbound: not whether it reaches this application, which may be waiting for it right now.
            using var request = new HttpRequestMessage(
                HttpMethod.Get, new Uri(sidecar.Http, "/v1.0/healthz/outbound"));
            if (sidecar.Token is { } token)
                request.Headers.Add(Sidecar.TokenHeader, token);
            using var answer = await _http.SendAsync(request, cancellationToken);
            return answer.IsSuccessStatusCode ? null : $"it answers {(int)answer.StatusCode}";
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {Seconds(_answer)} s";
        }
    }

    private static string Seconds(TimeSpan time) =>
        time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
}
