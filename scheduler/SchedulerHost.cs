using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging.Console;
using TuneGraph.Hosting;

namespace TuneGraph.Scheduler;

/// <summary>Puts a scheduler together, and runs it until it is asked to stop.</summary>
internal static class SchedulerHost
{
    private const int Success = 0;
    private const int Failed = 1;

    // A leader's word holds for so long; it is said three times meanwhile.
    private static readonly TimeSpan _term = TimeSpan.FromSeconds(6);

    public static async Task<int> RunAsync(SchedulerOptions options)
    {
        try
        {
            using var shelf = new StudyShelf(options.Postgres, TimeProvider.System);
            shelf.Check();
            if (options.Postgres is { } postgres)
            {
                using var leadership = new PostgresLeadership(
                    postgres, $"{Environment.MachineName}:{Environment.ProcessId}", _term);
                return await Standby.WaitAsync(options, leadership) ? await RunAsync(options, leadership) : Success;
            }

            await using var held = LockFolder(options.Data);
            return await RunAsync(options, leadership: null);
        }
        catch (StoreException e)
        {
            await Console.Error.WriteLineAsync(
                $"scheduler: {e.Message} Or unset {SchedulerOptions.PostgresVariable} to keep the studies in files.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"scheduler: {e.Message}");
        }

        return Failed;
    }

    private static async Task<int> RunAsync(SchedulerOptions options, PostgresLeadership? leadership)
    {
        await using var app = Build(options, leadership?.Token ?? 0);
        var studies = app.Services.GetRequiredService<ScheduledStudies>();
        var jobs = app.Services.GetRequiredService<JobQueue>();
        studies.Dispatch = study => jobs.Turn(study.Name);
        jobs.Start();
        foreach (var failure in studies.GoOn())
            await Console.Error.WriteLineAsync($"scheduler: {failure}");
        try
        {
            await app.StartAsync();
        }
        catch (IOException e)
        {
            var address = options.Urls.ToString().TrimEnd('/');
            throw new IOException($"cannot listen on {address}: {e.Message} Choose another with --urls.", e);
        }

        await Console.Out.WriteLineAsync(
            $"tunegraph scheduler {HostSettings.Version}: {studies.All.Count()} studies in {options.Data}");
        await Console.Out.WriteLineAsync($"listening on {string.Join(", ", app.Urls)}");
        using var ended = new CancellationTokenSource();
        var warmth = Warmth.TakeAsync(app.Urls.First(), options.Token, app.Lifetime.ApplicationStopping);
        var leading = leadership is null
            ? Task.FromResult(true)
            : Task.Factory.StartNew(
                () => Lead(leadership, app.Lifetime, ended.Token),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        await app.WaitForShutdownAsync();
        await warmth;
        jobs.Retire();
        await studies.LeaveAsync();
        await app.Services.GetRequiredService<AskedStudies>().DisposeAsync();
        await ended.CancelAsync();
        return await leading ? Success : Failed;
    }

    /// <returns>Whether it led to its own end.</returns>
    private static bool Lead(PostgresLeadership leadership, IHostApplicationLifetime life, CancellationToken ended)
    {
        while (!ended.WaitHandle.WaitOne(_term / 3))
        {
            if (leadership.Renew())
                continue;
            Console.Error.WriteLine(
                "scheduler: another scheduler leads, because this one was silent for too long. This one ends; started "
                + "anew it stands by. Nothing is lost.");
            life.StopApplication();
            return false;
        }

        leadership.Release();
        return true;
    }

    /// <summary>What the leader and one that stands by have in common.</summary>
    public static WebApplicationBuilder CreateBuilder(SchedulerOptions options)
    {
        // No settings file and no environment variable of the framework's can bind this process to another address.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(options.Urls.ToString());
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging
            .SetMinimumLevel(LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical) // a failed start is told below
            .AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddRoutingCore();
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        return builder;
    }

    /// <summary>Everything that a scheduler is; it listens once it is started.</summary>
    public static WebApplication Build(SchedulerOptions options, long life)
    {
        var builder = CreateBuilder(options);
        builder.Services.AddOpenApi("v1");
        builder.Services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, WireJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Add(new DefaultJsonTypeInfoResolver());
        });
        var time = TimeProvider.System;
        var fleet = new FleetHost(options.Fleet, Incarnation(time), time);
        builder.Services.AddSingleton(fleet);
        var shelf = new StudyShelf(options.Postgres, time);
        builder.Services.AddSingleton(shelf);
        builder.Services.AddSingleton(
            new ScheduledStudies(options.Data, fleet, new ArtifactStore(PlaceOf(options)), shelf, time));
        builder.Services.AddSingleton(new AskedStudies(options.Data, shelf, time)
        {
            // Beside a sidecar the placement of actors says whose turn it is.
            Term = options.Sidecar is not null ? TimeSpan.Zero : shelf.Term,
        });
        builder.Services.AddSingleton<AllStudies>();
        builder.Services.AddSingleton<StudyJobs>();
        builder.Services.AddSingleton<UpkeepJobs>();
        builder.Services.AddSingleton(services => new JobQueue(options.Postgres, life, options.Studies, services));
        if (options.Sidecar is { } beside)
        {
            SidecarActors.Add(builder.Services, beside);
            builder.Services.AddSingleton(beside).AddSingleton(time).AddSingleton(new EventCursors(options.Data))
                .AddHostedService<EventPublisher>();
        }

        var app = builder.Build();
        app.Use(Refusals.AnswerAsync);
        app.Use(new TokenGate(options.Token, options.ReaderToken, options.Sidecar).CheckAsync);
        JobPages.Map(app, app.Services.GetRequiredService<JobQueue>(), options.Urls);
        app.UseRouting();
        app.Use(new RepeatedCalls().AnswerAsync);
        Map(app);
        if (options.Sidecar is { } sidecar)
        {
            SidecarActors.Map(app);
            ResultEvents.Map(app, sidecar);
        }

        return app;
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/healthz", static () => Results.Text("healthy\n")).ExcludeFromDescription();
        app.MapGet("/healthz/live", static () => Results.Text("healthy\n")).ExcludeFromDescription();
        app.MapGet("/healthz/ready", ReadyAsync).ExcludeFromDescription();
        app.MapGet("/version", static () => Results.Text($"tunegraph scheduler {HostSettings.Version}\n"))
            .ExcludeFromDescription();
        app.MapOpenApi("/openapi/{documentName}.json");
        var api = app.MapGroup("/api/v1");
        StudyEndpoints.Map(api);
        AskEndpoints.Map(api);
        EventEndpoint.Map(api);
        WorkerEndpoints.Map(api);
        ArtifactEndpoints.Map(api);
    }

    private static async Task<IResult> ReadyAsync(
        StudyShelf shelf, IServiceProvider services, IHostApplicationLifetime life, CancellationToken cancellationToken)
    {
        var trouble = life.ApplicationStopping.IsCancellationRequested
            ? "ending"
            : await shelf.TroubleAsync(cancellationToken);
        if (trouble is null && services.GetService<Sidecar>() is { } sidecar)
            trouble = await SidecarHealth.TroubleAsync(sidecar, cancellationToken);
        return trouble is null
            ? Results.Text("ready\n")
            : Results.Text(trouble + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    // Two lives of a scheduler never begin within one tick of the clock: the folder's lock keeps them apart.
    private static string Incarnation(TimeProvider time) =>
        time.GetUtcNow().UtcTicks.ToString("x", System.Globalization.CultureInfo.InvariantCulture);

    private static ArtifactPlace PlaceOf(SchedulerOptions options) =>
        options.Bucket is { } bucket
            ? new S3Bucket(S3Bucket.Client(options.BucketKey), bucket, options.Data)
            : new ArtifactFolder(options.Data);

    private static FileStream LockFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(
                Path.Combine(folder, "scheduler.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"the folder {folder} cannot be used: {e.Message} Is another scheduler at work in it? Choose another "
                    + "with --data.",
                e);
        }
    }
}
