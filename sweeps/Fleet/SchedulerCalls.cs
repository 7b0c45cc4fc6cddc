using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;

namespace TuneGraph;

/// <summary>Calls of a scheduler's API: bodies and answers as JSON, refusals as exceptions.</summary>
internal sealed class SchedulerCalls : IDisposable
{
    private const string Root = "api/v1/";

    private readonly HttpClient _http;

    /// <param name="server">Where the scheduler listens.</param>
    /// <param name="token">Its token; null if it wants none.</param>
    /// <param name="handler">Carries the calls.</param>
    public SchedulerCalls(Uri server, string? token, HttpMessageHandler handler)
    {
        _http = new HttpClient(handler)
        {
            BaseAddress = new Uri(server.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (!string.IsNullOrEmpty(token))
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public void Dispose() => _http.Dispose();

    public async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, null, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(answer, type, cancellationToken).ConfigureAwait(false);
    }

    public async Task<T> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellationToken)
    {
        using var answer = await SendAsync(HttpMethod.Post, path, null, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(answer, type, cancellationToken).ConfigureAwait(false);
    }

    public async Task<T> PostAsync<TBody, T>(
        string path,
        TBody body,
        JsonTypeInfo<TBody> bodyType,
        JsonTypeInfo<T> type,
        CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(body, bodyType);
        using var answer = await SendAsync(HttpMethod.Post, path, content, cancellationToken).ConfigureAwait(false);
        return await ReadAsync(answer, type, cancellationToken).ConfigureAwait(false);
    }

    public static JsonContent Body<T>(T body, JsonTypeInfo<T> type) => JsonContent.Create(body, type);

    // What is answered with nothing.
    public async Task TellAsync(
        string path, HttpContent? body, CancellationToken cancellationToken, HttpMethod? method = null)
    {
        using var sent = body;
        (await SendAsync(method ?? HttpMethod.Post, path, body, cancellationToken).ConfigureAwait(false)).Dispose();
    }

    public static async Task<T> ReadAsync<T>(
        HttpResponseMessage answer, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await answer.Content.ReadFromJsonAsync(type, cancellationToken).ConfigureAwait(false)
        ?? throw new SchedulerException("unreachable", "The scheduler's answer was empty; is it one?");

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        var answer = await TrySendAsync(method, path, content, cancellationToken).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode)
            return answer;
        using (answer)
            throw await SchedulerException.OfAsync(answer, cancellationToken).ConfigureAwait(false);
    }

    public async Task<HttpResponseMessage> TrySendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, Root + path) { Content = content };
        if ((method == HttpMethod.Post || method == HttpMethod.Patch)
            && path.StartsWith("studies", StringComparison.Ordinal))
            request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("N"));
        try
        {
            return await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw new SchedulerException(
                "unreachable",
                $"The scheduler at {_http.BaseAddress} does not answer: {e.Message.TrimEnd('.')}. Is it running, and "
                    + "is the address right?",
                e);
        }
    }
}
