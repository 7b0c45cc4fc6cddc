using System.Net;
using System.Text.Json;

namespace TuneGraph.Tests.Sidecar;

/// <summary>Delivers by HTTP what an application has subscribed to, one message after the other.</summary>
internal sealed class AppDelivery(DaprSidecar sidecar)
{
    private static readonly HttpClient _http = new();

    internal async Task<IReadOnlyList<JsonElement>> AskAsync(CancellationToken stop)
    {
        using var answer = await SendAsync(HttpMethod.Get, "/dapr/subscribe", null, stop);
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadAsStringAsync(stop);
        return [.. JsonDocument.Parse(body).RootElement.EnumerateArray()];
    }

    internal async Task RunAsync(JsonElement wanted, CancellationToken stop)
    {
        var route = wanted.GetProperty("routes").GetProperty("default").GetString()!;
        using var subscription = sidecar.Broker.Subscribe(
            wanted.GetProperty("pubsubname").GetString()!,
            wanted.GetProperty("topic").GetString()!,
            sidecar.AppId,
            wanted.GetProperty("deadLetterTopic").GetString());
        try
        {
            await foreach (var (id, message) in subscription.Deliveries.ReadAllAsync(stop))
            {
                using var body = new ByteArrayContent(message.Data.ToByteArray());
                body.Headers.ContentType = new(CloudEvents.ContentType);
                using var answer = await SendAsync(HttpMethod.Post, route, body, stop);
                // 404 drops, any other error asks for another time; what is dropped goes to the dead letters.
                if (answer.IsSuccessStatusCode && await StatusAsync(answer, stop) == "SUCCESS")
                    subscription.Settle(id);
                else subscription.Fail(id);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private static async Task<string?> StatusAsync(HttpResponseMessage answer, CancellationToken stop)
    {
        var body = await answer.Content.ReadAsStringAsync(stop);
        return answer.StatusCode == HttpStatusCode.NoContent || body.Length == 0
            ? "SUCCESS"
            : JsonDocument.Parse(body).RootElement.GetProperty("status").GetString();
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, new Uri(sidecar.App!, path)) { Content = body };
        if (sidecar.AppToken is { } token) request.Headers.Add("dapr-api-token", token);
        return await _http.SendAsync(request, stop);
    }
}
