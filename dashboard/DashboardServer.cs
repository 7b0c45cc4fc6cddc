using System.Reflection;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.ResponseCompression;
using TuneGraph.Dashboard.Pages;

namespace TuneGraph.Dashboard;

/// <summary>
/// The page, listening. Reads studies while somebody looks and writes to none; what it is asked to steer it hands to
/// the scheduler or to the run of this process.
/// </summary>
public sealed class DashboardServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly StudyFeeds _feeds;

    private DashboardServer(WebApplication app, StudyFeeds feeds) => (_app, _feeds) = (app, feeds);

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>What it shows, for people.</summary>
    public string Shows => _feeds.Source;

    /// <summary>Begins to listen.</summary>
    /// <param name="options">What to show and where; <see cref="DashboardOptions.Fault"/> is null.</param>
    /// <param name="time">The clock; the system's by default.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <exception cref="StoreException">There is nothing to show at that place.</exception>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task<DashboardServer> StartAsync(
        DashboardOptions options, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Fault is { } fault)
            throw new ArgumentException(fault, nameof(options));
        time ??= TimeProvider.System;
        var cost = new OwnCost(time);
        var feeds = new StudyFeeds(new StudySource(options.Place, options.Waits, time), time, cost);
        _ = feeds.All();
        var server = new DashboardServer(Build(options, feeds, cost, time), feeds);
        try
        {
            await server._app.StartAsync(cancellationToken);
            return server;
        }
        catch (IOException e)
        {
            await server.DisposeAsync();
            var address = options.Address.ToString().TrimEnd('/');
            throw new IOException(
                $"cannot listen on {address}: {e.Message} Choose another with {options.AddressOption}.", e);
        }
    }

    /// <summary>Ends when the process is asked to stop.</summary>
    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _feeds.Dispose();
    }

    private static WebApplication Build(
        DashboardOptions options, StudyFeeds feeds, OwnCost cost, TimeProvider time)
    {
        // An empty builder: no settings file and no environment variable can bind this process to another address.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(DashboardServer).Assembly.GetName().Name,
        });
        builder.WebHost.UseKestrelCore().UseUrls(options.Address.ToString());
        builder.Services.AddRoutingCore();
        builder.Services.AddRazorComponents();
        // Forms are good as long as this process lives: no key is written anywhere.
        builder.Services.AddSingleton<IDataProtectionProvider>(new EphemeralDataProtectionProvider());
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddResponseCompression(static compression =>
            compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "text/event-stream"]);
        builder.Services.AddSingleton(feeds);
        builder.Services.AddSingleton(cost);
        builder.Services.AddSingleton(time);
        var helm = HelmOf(options);
        var (wheel, notices) = (new Wheel(helm, options.IsReadOnly), new Notices());
        builder.Services.AddSingleton(_ => new MachineLoads(helm, time));
        builder.Services.AddSingleton(_ => wheel);
        builder.Services.AddSingleton(notices);
        builder.Services.AddSingleton(_ => new SchedulerWatch(options.Schedulers, time));
        var signIn = options.SignIn is { } how ? new SignIn(how) : null;
        signIn?.Add(builder.Services);
        var app = builder.Build();
        app.UseMiddleware<SafeAnswers>();
        app.UseMiddleware<Gate>(new GateRules(options.Address, options.Token, options.ReaderToken, signIn));
        if (signIn is not null)
            app.UseAuthentication();
        app.UseResponseCompression();
        app.UseAntiforgery();
        app.MapGet("/healthz", static context => context.Response.WriteAsync("healthy\n"));
        app.MapGet("/version", static context => context.Response.WriteAsync($"tunegraph dashboard {Version}\n"));
        app.MapGet("/alive", static async (HttpContext context, SchedulerWatch watch) =>
        {
            var away = await watch.AwayAsync(context.RequestAborted);
            context.Response.Headers.CacheControl = "no-store";
            context.Response.ContentType = "application/json; charset=utf-8";
            await context.Response.Body.WriteAsync(JsonAnswer.Of(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("away", away);
                writer.WriteEndObject();
            }), context.RequestAborted);
        });
        Assets.Map(app);
        StudyData.Map(app, feeds);
        PrintedData.Map(app, feeds);
        LoadData.Map(app);
        _ = app.Services.GetRequiredService<MachineLoads>(); // a run's own machine is watched from the beginning
        SteeringEndpoints.Map(app, feeds, wheel, notices);
        if (signIn is not null)
            SignIn.Map(app);
        app.MapRazorComponents<App>();
        return app;
    }

    private static Helm? HelmOf(DashboardOptions options) => options switch
    {
        { Schedulers: { Count: > 0 } servers } => new FleetHelm(servers, options.SchedulerToken),
        { Control: { } control } => new RunHelm(control),
        _ => null,
    };

    internal static string Version { get; } = Assembly.GetExecutingAssembly()
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
