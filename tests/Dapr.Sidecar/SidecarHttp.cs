using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace TuneGraph.Tests.Sidecar;

/// <summary>The HTTP half of the double: health, actors, service invocation.</summary>
internal sealed class SidecarHttp(DaprSidecar sidecar)
{
    private static readonly TimeSpan _lifetime = TimeSpan.FromMinutes(1);

    private static readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = _lifetime })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    internal async Task AnswerAsync(HttpContext context)
    {
        // The SDK asks for //v1.0/…; daprd cleans paths.
        var path = context.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var isHealth = path is ["v1.0", "healthz", ..];
        if (!isHealth && sidecar.Token is { } token && context.Request.Headers["dapr-api-token"] != token)
        {
            await EndAsync(context, HttpStatusCode.Unauthorized, "invalid api token");
            return;
        }
        await (path switch
        {
            ["v1.0", "healthz", ..] => HealthAsync(context),
            ["v1.0", "actors", var type, var id, "method", .. var rest] =>
                TurnAsync(context, type, id, string.Join('/', rest)),
            ["v1.0", "actors", var type, var id, "state", var key] => StateAsync(context, $"{type}||{id}||{key}"),
            ["v1.0", "actors", var type, var id, "state"] => SaveAsync(context, $"{type}||{id}||"),
            ["v1.0", "actors", var type, var id, "reminders", var name] =>
                sidecar.Reminders.AnswerAsync(context, type, id, name),
            ["v1.0", "invoke", var app, "method", .. var rest] => InvokeAsync(context, app, string.Join('/', rest)),
            _ => EndAsync(context, HttpStatusCode.NotFound, "no such method"),
        });
    }

    internal static Task EndAsync(HttpContext context, HttpStatusCode status, string text)
    {
        context.Response.StatusCode = (int)status;
        return context.Response.WriteAsync(text);
    }

    /// <summary>Hands a request on to an application, as its sidecar does.</summary>
    internal static async Task PassAsync(
        DaprSidecar to, HttpContext context, HttpMethod method, string path, bool isTurn = false)
    {
        using var request = new HttpRequestMessage(method, new Uri(to.App!, path + context.Request.QueryString))
        {
            Content = new StreamContent(context.Request.Body),
        };
        if (context.Request.ContentType is { } type)
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (Passes(name)) request.Headers.TryAddWithoutValidation(name, values.ToArray());
        }
        if (to.AppToken is { } token) request.Headers.Add("dapr-api-token", token);
        using var answer = await _http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        if (isTurn && !answer.IsSuccessStatusCode)
        {
            // Of an actor that failed daprd passes the words on, not the status.
            var said = await answer.Content.ReadAsStringAsync(context.RequestAborted);
            var error = new
            {
                errorCode = "ERR_ACTOR_INVOKE_METHOD",
                message = $"error invoke actor method: error from actor service: {said}",
            };
            await EndAsync(context, HttpStatusCode.InternalServerError, JsonSerializer.Serialize(error));
            return;
        }

        context.Response.StatusCode = (int)answer.StatusCode;
        if (answer.Content.Headers.ContentType is { } answered) context.Response.ContentType = answered.ToString();
        foreach (var (name, values) in answer.Headers)
        {
            if (name.StartsWith("X-Dapr", StringComparison.OrdinalIgnoreCase))
                context.Response.Headers[name] = values.ToArray();
        }
        if (answer.StatusCode != HttpStatusCode.NoContent)
            await answer.Content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    /// <summary>Tells an application that an actor lives elsewhere from now on.</summary>
    internal static async Task DeactivateAsync(DaprSidecar host, string type, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, new Uri(host.App!, $"/actors/{type}/{id}"));
        if (host.AppToken is { } token) request.Headers.Add("dapr-api-token", token);
        using var answer = await _http.SendAsync(request);
    }

    private static bool Passes(string name) =>
        name.StartsWith("X-Dapr", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("Dapr-", StringComparison.OrdinalIgnoreCase) && name != "dapr-api-token"
        || name is "Authorization" or "Idempotency-Key" or "Accept" or "traceparent";

    private Task HealthAsync(HttpContext context)
    {
        sidecar.HealthAsked();
        context.Response.StatusCode =
            sidecar.IsHealthy ? StatusCodes.Status204NoContent : StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }

    private async Task TurnAsync(HttpContext context, string type, string id, string method)
    {
        if (sidecar.Placement.SeatOf($"{type}||{id}") is not { } seat)
        {
            await EndAsync(
                context, HttpStatusCode.BadRequest, """{"errorCode":"ERR_ACTOR_NO_ADDRESS","message":"no host"}""");
            return;
        }
        await seat.Turn.WaitAsync(context.RequestAborted);
        try
        {
            await PassAsync(seat.Host, context, HttpMethod.Put, $"/actors/{type}/{id}/method/{method}", isTurn: true);
        }
        finally
        {
            seat.Turn.Release();
        }
    }

    private Task StateAsync(HttpContext context, string key)
    {
        if (sidecar.States.Get(key) is { } value) return context.Response.WriteAsync(value);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private async Task SaveAsync(HttpContext context, string prefix)
    {
        var operations = await JsonSerializer.DeserializeAsync<JsonElement>(context.Request.Body);
        foreach (var operation in operations.EnumerateArray())
        {
            var request = operation.GetProperty("request");
            var isSet = operation.GetProperty("operation").GetString() == "upsert";
            sidecar.States.Set(
                prefix + request.GetProperty("key").GetString(),
                isSet ? request.GetProperty("value").GetRawText() : null);
        }
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private Task InvokeAsync(HttpContext context, string app, string path) =>
        sidecar.Peers.TryGetValue(app, out var peer) && peer.App is not null
            ? PassAsync(peer, context, new HttpMethod(context.Request.Method), "/" + path)
            : EndAsync(
                context,
                HttpStatusCode.InternalServerError,
                $$"""{"errorCode":"ERR_DIRECT_INVOKE","message":"failed to resolve address for '{{app}}'"}""");
}
