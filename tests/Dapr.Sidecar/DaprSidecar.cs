using System.Net;
using Dapr.Client.Autogen.Grpc.v1;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace TuneGraph.Tests.Sidecar;

/// <summary>
/// A double of daprd 1.18.3 beside one application: the SDK's real gRPC and HTTP calls against real sockets, over a
/// broker and a placement that several of them share. It is a double: what its rules leave out, only a daprd shows.
/// </summary>
public sealed class DaprSidecar(Broker broker, string appId = "app") : IAsyncDisposable
{
    private WebApplication? _server;
    private int _grpcPort;
    private int _httpPort;
    private int _healthAsks;

    /// <summary>Where the messages go.</summary>
    public Broker Broker => broker;

    /// <summary>The application beside it; also its consumer's name unless a component says otherwise.</summary>
    public string AppId => appId;

    /// <summary>What calls must name (<c>DAPR_API_TOKEN</c>); null lets everybody in.</summary>
    public string? Token { get; init; }

    /// <summary>What it names to the application (<c>APP_API_TOKEN</c>); null for nothing.</summary>
    public string? AppToken { get; init; }

    /// <summary>Where the application listens; null while it has no port.</summary>
    public Uri? App { get; set; }

    /// <summary>Where the actors of all sidecars live.</summary>
    public ActorPlacement Placement { get; init; } = new();

    /// <summary>The reminders of all sidecars' actors.</summary>
    public Reminders Reminders { get; init; } = new();

    /// <summary>Sidecars that it can call, by application.</summary>
    public Dictionary<string, DaprSidecar> Peers { get; } = [];

    /// <summary>What the state stores keep.</summary>
    public StateRows States { get; init; } = new();

    /// <summary>Name of the secret store.</summary>
    public string SecretStore { get; init; } = "secrets";

    /// <summary>Its secrets: a name, or where a secret has several keys <c>name/key</c>.</summary>
    public Dictionary<string, string> Secrets { get; } = [];

    /// <summary>
    /// Whether an unknown secret is an error, as of <c>secretstores.kubernetes</c>; else it is empty, as of
    /// <c>secretstores.local.env</c>.
    /// </summary>
    public bool KnowsItsSecrets { get; init; }

    /// <summary>Name of the configuration store.</summary>
    public string ConfigurationStore { get; init; } = "settings";

    /// <summary>Its values.</summary>
    public Dictionary<string, string> Configured { get; } = [];

    /// <summary>Whether its outbound health is good; with false it is not ready.</summary>
    public bool IsHealthy { get; set; } = true;

    /// <summary>How often its health was asked for.</summary>
    public int HealthAsks => Volatile.Read(ref _healthAsks);

    /// <summary>For gRPC: <c>DAPR_GRPC_ENDPOINT</c>.</summary>
    public Uri Grpc => new($"http://127.0.0.1:{_grpcPort}");

    /// <summary>For HTTP: <c>DAPR_HTTP_ENDPOINT</c>.</summary>
    public Uri Http => new($"http://127.0.0.1:{_httpPort}");

    /// <summary>Starts, or starts again at the same ports.</summary>
    public async Task<DaprSidecar> StartAsync(int grpcPort = 0, int httpPort = 0)
    {
        if (_grpcPort == 0) (_grpcPort, _httpPort) = (grpcPort, httpPort);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, _grpcPort, listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, _httpPort, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (null, null));
        builder.Services.AddSingleton(new SidecarService(this));
        // It dies as a killed process does: at once.
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(
            host => host.ShutdownTimeout = TimeSpan.Zero);
        _server = builder.Build();
        _server.UseRouting();
        _server.MapGrpcService<SidecarService>();
        _server.MapFallback(new SidecarHttp(this).AnswerAsync);
        await _server.StartAsync();
        var urls = _server.Urls.Select(url => new Uri(url).Port).ToArray();
        (_grpcPort, _httpPort) = (urls[0], urls[1]);
        return this;
    }

    /// <summary>Ends it as <c>kill -9</c> does: every stream and every call breaks.</summary>
    public async Task KillAsync()
    {
        if (_server is not { } server) return;
        _server = null;
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await server.StopAsync(now.Token);
        await server.DisposeAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await KillAsync();

    /// <summary>Asks the application what it subscribes to, as a daprd does at start, and delivers it.</summary>
    /// <returns>Ends when it is stopped.</returns>
    public async Task DeliverAsync(CancellationToken stop)
    {
        var delivery = new AppDelivery(this);
        await Task.WhenAll((await delivery.AskAsync(stop)).Select(each => delivery.RunAsync(each, stop)));
    }

    internal void HealthAsked() => Interlocked.Increment(ref _healthAsks);

    internal string ConsumerOf(SubscribeTopicEventsRequestInitialAlpha1 initial) =>
        initial.Metadata.TryGetValue("consumerID", out var consumer) ? consumer : appId;

    internal void Publish(PublishEventRequest request)
    {
        var isRaw = request.Metadata.TryGetValue("rawPayload", out var raw) && raw == "true";
        broker.Publish(
            request.PubsubName,
            request.Topic,
            isRaw ? request.Data : CloudEvents.Wrap(request),
            isRaw ? request.DataContentType : CloudEvents.ContentType);
    }
}
