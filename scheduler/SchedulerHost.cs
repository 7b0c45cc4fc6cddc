using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging.Console;
using TuneGraph.Hosting;

namespace TuneGraph.Scheduler;

/// <summary>Puts a scheduler together, and runs it until it is asked to stop.</summary>
internal static class SchedulerHost
{
    private const int Success = 0;
    private const int Failed = 1;

    public static async Task<int> RunAsync(SchedulerOptions options)
    {
        FileStream folderLock;
        try
        {
            folderLock = LockFolder(options.Data);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(
                $"scheduler: the folder {options.Data} cannot be used: {e.Message} Is another scheduler at work in it? "
                + "Choose another with --data.");
            return Failed;
        }

        await using var held = folderLock;
        await using var app = Build(options);
        try
        {
            app.Services.GetRequiredService<StudyShelf>().Check();
        }
        catch (StoreException e)
        {
            await Console.Error.WriteLineAsync(
                $"scheduler: {e.Message} Or unset {SchedulerOptions.PostgresVariable} to keep the studies in files.");
            return Failed;
        }

        var studies = app.Services.GetRequiredService<ScheduledStudies>();
        foreach (var failure in studies.GoOn())
            await Console.Error.WriteLineAsync($"scheduler: {failure}");
        try
        {
            await app.StartAsync();
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync(
                $"scheduler: cannot listen on {options.Urls}: {e.Message} Choose another with --urls.");
            return Failed;
        }

        await Console.Out.WriteLineAsync(
            $"tunegraph scheduler {HostSettings.Version}: {studies.All.Count()} studies in {options.Data}");
        await Console.Out.WriteLineAsync($"listening on {string.Join(", ", app.Urls)}");
        await app.WaitForShutdownAsync();
        await studies.LeaveAsync();
        await app.Services.GetRequiredService<AskedStudies>().DisposeAsync();
        return Success;
    }

    private static WebApplication Build(SchedulerOptions options)
    {
        // No settings file and no environment variable of the framework's can bind this process to another address.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(options.Urls.ToString());
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging
            .SetMinimumLevel(LogLevel.Warning)
            .AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<ConsoleLoggerOptions>(console =>
            console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddRoutingCore().AddOpenApi("v1");
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
        builder.Services.AddSingleton(new AskedStudies(options.Data, shelf, time));
        builder.Services.AddSingleton<AllStudies>();
        var app = builder.Build();
        app.Use(Refusals.AnswerAsync);
        app.Use(new TokenGate(options.Token).CheckAsync);
        app.UseRouting();
        app.Use(new RepeatedCalls().AnswerAsync);
        Map(app);
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
        StudyShelf shelf, IHostApplicationLifetime life, CancellationToken cancellationToken)
    {
        var trouble = life.ApplicationStopping.IsCancellationRequested
            ? "ending"
            : await shelf.TroubleAsync(cancellationToken);
        return trouble is null
            ? Results.Text("ready\n")
            : Results.Text(trouble + "\n", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    // Two lives of a scheduler never begin within one tick of the clock: the folder's lock keeps them apart.
    private static string Incarnation(TimeProvider time) =>
        time.GetUtcNow().UtcTicks.ToString("x", System.Globalization.CultureInfo.InvariantCulture);

    private static ArtifactPlace PlaceOf(SchedulerOptions options) =>
        options.Bucket is { } bucket
            ? new S3Bucket(S3Bucket.Client(), bucket, options.Data)
            : new ArtifactFolder(options.Data);

    private static FileStream LockFolder(string folder)
    {
        Directory.CreateDirectory(folder);
        return new FileStream(
            Path.Combine(folder, "scheduler.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }
}
