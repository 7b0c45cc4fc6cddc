using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TuneGraph.Benchmarks;

/// <summary>Hands requests on to a scheduler, and counts them by their paths.</summary>
internal sealed class CountingProxy : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly HttpClient _http;
    private readonly ConcurrentDictionary<string, int> _counts = [];

    public CountingProxy(Uri scheduler)
    {
        _http = new HttpClient { BaseAddress = scheduler };
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new Uri($"http://{free.LocalEndpoint}/");
        }

        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address { get; }

    /// <summary>What was asked for since the last time, and how often.</summary>
    public Dictionary<string, int> Take()
    {
        var taken = new Dictionary<string, int>();
        foreach (var path in _counts.Keys)
        {
            if (_counts.TryRemove(path, out var count))
                taken[path] = count;
        }

        return taken;
    }

    public void Dispose()
    {
        _listener.Close();
        _http.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.GetContextAsync());
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        _counts.AddOrUpdate(path, 1, (_, count) => count + 1);
        try
        {
            using var answer = await _http.GetAsync(path);
            var body = await answer.Content.ReadAsByteArrayAsync();
            context.Response.StatusCode = (int)answer.StatusCode;
            context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            await context.Response.OutputStream.WriteAsync(body);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpRequestException or HttpListenerException or ObjectDisposedException)
        {
            context.Response.Abort();
        }
    }
}
