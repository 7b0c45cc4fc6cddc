namespace TuneGraph.Worker;

/// <summary>Names the sidecar's token with every call; the SDK lets only its own clients do so.</summary>
/// <param name="token">The token; null for none.</param>
internal sealed class ApiTokenHandler(string? token) : DelegatingHandler(new SocketsHttpHandler())
{
    protected override Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (token is not null)
            request.Headers.TryAddWithoutValidation("dapr-api-token", token);
        return base.SendAsync(request, cancellationToken);
    }
}
