using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace TuneGraph.Tests.Sidecar;

/// <summary>The scheduler service's reminders: kept until taken back, fired when a test says so.</summary>
public sealed class Reminders
{
    private static readonly HttpClient _http = new();

    private readonly ConcurrentDictionary<(string Type, string Id, string Name), string> _bodies = [];

    /// <summary>Those that are kept, as type, id and name.</summary>
    public IEnumerable<(string Type, string Id, string Name)> Kept => _bodies.Keys;

    /// <summary>Fires a reminder at the actor's host.</summary>
    public async Task FireAsync(DaprSidecar sidecar, string type, string id, string name)
    {
        var seat = sidecar.Placement.SeatOf($"{type}||{id}")!;
        await seat.Turn.WaitAsync();
        try
        {
            using var call = new HttpRequestMessage(
                HttpMethod.Put, new Uri(seat.Host.App!, $"/actors/{type}/{id}/method/remind/{name}"))
            {
                Content = new StringContent(_bodies[(type, id, name)], Encoding.UTF8, "application/json"),
            };
            if (seat.Host.AppToken is { } token) call.Headers.Add("dapr-api-token", token);
            using var answer = await _http.SendAsync(call);
            answer.EnsureSuccessStatusCode();
        }
        finally
        {
            seat.Turn.Release();
        }
    }

    internal async Task AnswerAsync(HttpContext context, string type, string id, string name)
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        if (HttpMethods.IsDelete(context.Request.Method))
        {
            _bodies.TryRemove((type, id, name), out _);
            return;
        }
        if (HttpMethods.IsGet(context.Request.Method))
        {
            if (!_bodies.TryGetValue((type, id, name), out var kept)) return;
            context.Response.StatusCode = StatusCodes.Status200OK;
            await context.Response.WriteAsync(kept);
            return;
        }
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        _bodies[(type, id, name)] = body.GetRawText();
    }
}
