extern alias Scheduler;
using Dapr.Actors;
using Dapr.Actors.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using TuneGraph.Scheduler;
using TuneGraph.Tests.Hosts;
using TuneGraph.Tests.Sidecar;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Dapr;

/// <summary>Schedulers of one folder, each with a sidecar's double; a placement moves actors among them.</summary>
internal sealed class ActorHosts : IAsyncDisposable
{
    private const string AppToken = "app's";
    private const string ApiToken = "sidecar's";
    private static readonly TimeSpan _turn = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly CutLink? _database;
    private readonly List<(DaprSidecar Sidecar, WebApplication App)> _hosts = [];

    private ActorHosts(CutLink? database) => _database = database;

    public Broker Broker { get; } = new();

    public ActorPlacement Placement { get; } = new();

    public Reminders Reminders { get; } = new();

    /// <summary>Where the schedulers listen.</summary>
    public IReadOnlyList<Uri> Addresses => [.. _hosts.Select(host => new Uri(host.App.Urls.Single()))];

    public string Folder => _folder.Path;

    /// <summary>Connection string of the database that keeps the studies; null for files.</summary>
    public string? Postgres => _database?.Connection;

    public static async Task<ActorHosts> StartAsync(
        int count, string? appToken = AppToken, bool inDatabase = false)
    {
        var hosts = new ActorHosts(inDatabase ? new CutLink(TestPostgres.Require()) : null);
        for (var i = 0; i < count; i++)
            await hosts.AddAsync(appToken);
        return hosts;
    }

    public T Service<T>(int host = 0) where T : notnull => _hosts[host].App.Services.GetRequiredService<T>();

    public DaprSidecar Sidecar(int host = 0) => _hosts[host].Sidecar;

    public SchedulerClient Client(int host = 0) => new(Addresses[host], "scheduler's");

    /// <summary>An actor behind a sidecar.</summary>
    public ActorProxy Actor(string type, string id, int host = 0) => Proxies(host).Create(new ActorId(id), type);

    /// <summary>The same with its interface.</summary>
    public T Actor<T>(string type, string id, int host = 0) where T : IActor =>
        Proxies(host).CreateActorProxy<T>(new ActorId(id), type);

    public async ValueTask DisposeAsync()
    {
        foreach (var (sidecar, app) in _hosts)
        {
            await sidecar.DisposeAsync();
            await app.DisposeAsync();
        }

        Broker.Dispose();
        _database?.Dispose();
        _folder.Dispose();
    }

    private ActorProxyFactory Proxies(int host) => new(new ActorProxyOptions
    {
        HttpEndpoint = Sidecar(host).Http.ToString(),
        DaprApiToken = ApiToken,
        UseJsonSerialization = true,
        JsonSerializerOptions = SidecarActors.Json,
        RequestTimeout = _turn,
    });

    private async Task AddAsync(string? appToken)
    {
        var sidecar = await new DaprSidecar(Broker, "tunegraph-scheduler")
        {
            Token = ApiToken,
            AppToken = AppToken,
            Placement = Placement,
            Reminders = Reminders,
        }.StartAsync();
        var app = SchedulerHost.Build(
            new SchedulerOptions(
                new Uri("http://127.0.0.1:0"),
                _folder.Path,
                "scheduler's",
                new FleetOptions(),
                Studies: 4,
                Postgres,
                Bucket: null,
                new Scheduler::TuneGraph.Hosting.Sidecar(sidecar.Http, sidecar.Grpc, ApiToken, appToken)),
            life: 1);
        await app.StartAsync();
        sidecar.App = new Uri(app.Urls.Single());
        Placement.Join(sidecar);
        _hosts.Add((sidecar, app));
    }
}
