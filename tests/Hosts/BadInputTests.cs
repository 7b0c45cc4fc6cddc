using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Data.Sqlite;
using Npgsql;
using TuneGraph.Tests.Cli;

namespace TuneGraph.Tests.Hosts;

/// <summary>What goes wrong around a cluster is told clearly, and nothing is lost by it.</summary>
public sealed class BadInputTests
{
    private const int LimitMilliseconds = 240_000;
    private const string Line = """{"space": {"x": {"type": "float", "low": 0, "high": 1}}, "sampler": "random"}""";

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_second_worker_of_a_name_waits_and_says_for_what()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = await StartAsync(stop);
        cluster.StartWorker("w1");
        await cluster.UntilAsync(async () => (await cluster.Client.WorkersAsync(stop)).Length == 1, stop);

        cluster.StartWorker("twin", 1, "--name", "w1");
        await cluster.UntilAsync(
            () => Task.FromResult(cluster.Said.Contains("its lease holds for", StringComparison.Ordinal)), stop);
        Assert.Single(await cluster.Client.WorkersAsync(stop));

        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"));
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("wine", 20, stop);
        cluster.Signal("w1", "KILL");

        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.True(cluster.IsAlive("twin"));
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_worker_that_is_refused_for_its_version_ends_and_says_why()
    {
        var stop = TestContext.Current.CancellationToken;
        using var scheduler = new HttpListener();
        var address = FreeAddress();
        scheduler.Prefixes.Add(address);
        scheduler.Start();
        var refusing = RefuseAsync(
            scheduler, """{"title":"no","status":400,"detail":"The versions differ.","code":"worker-version"}""");

        var (exitCode, _, error) = await HostProcess.RunAsync("Worker", ["--scheduler", address], stop);

        Assert.Equal((1, "worker: The versions differ.\n"), (exitCode, error));
        scheduler.Stop();
        await refusing;
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_full_disk_holds_a_study_up_until_there_is_space()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses("--lease", "2", "--kills", "100");
        using var disk = SmallDisk.Mount(cluster.PathOf("data"), megabytes: 6);
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w1");
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"));
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.Client.MakeAsync("line", Line, stop);
        await cluster.StepsAsync("wine", 20, stop);

        disk.Fill();
        var error = await AskUntilRefusedAsync(cluster, stop);
        Assert.Equal("store-unavailable", error.Code);
        Assert.Contains("free some space", error.Message, StringComparison.Ordinal);

        var kept = (await cluster.Client.TrialsAsync("line", stop)).Length;
        disk.Empty();
        Assert.Equal(kept, (await cluster.Client.AskAsync("line", 1, stop)).Trials.Single().Trial);
        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_study_for_which_only_full_disks_have_slots_is_refused_with_what_helps()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = await StartAsync(stop);
        cluster.StartWorker("w1", 1, "--free", "1000000000");
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 1, epochs: 2);
        await cluster.UntilAsync(async () => (await cluster.Client.WorkersAsync(stop)).Length == 1, stop);

        var refused = await Assert.ThrowsAsync<SchedulerException>(
            () => cluster.Client.SubmitAsync(sweep, cancellationToken: stop));

        Assert.Equal("gang-never-fits", refused.Code);
        Assert.Contains("Not counted: worker 'w1' is set aside: its disk has ", refused.Message,
            StringComparison.Ordinal);
        Assert.Contains("Free space there, or start it with less --free.", refused.Message,
            StringComparison.Ordinal);
        cluster.StartWorker("w2");
        await cluster.UntilAsync(async () => (await cluster.Client.WorkersAsync(stop)).Length == 2, stop);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_worker_whose_disk_is_full_hands_its_trials_back_and_says_why()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = await StartAsync(stop);
        using var disk = SmallDisk.Mount(cluster.PathOf("w1"), megabytes: 2);
        cluster.StartWorker("w1", 1, "--free", "1");
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 2, epochs: 400);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("wine", 20, stop);

        await cluster.UntilAsync(
            () =>
            {
                disk.Fill(); // and what a checkpoint that was uploaded has left
                return Task.FromResult(Complaints(cluster).Count > 0);
            },
            stop);

        // It is set aside: for two leases and more its only trial begins nowhere.
        WorkerView? aside = null;
        await cluster.UntilAsync(
            async () => (aside = (await cluster.Client.WorkersAsync(stop)).Single()).State == "aside"
                && aside.Attempts.IsEmpty,
            stop);
        Assert.Contains("1 are the least (--free)", aside!.Reason, StringComparison.Ordinal);
        Assert.Contains(
            $"worker 'w1' is set aside: {aside.Reason}",
            (await cluster.Client.StudyAsync("wine", stop)).Waiting, StringComparison.Ordinal);
        var told = await Invocation.OfAsync("workers", "--server", cluster.Address.ToString());
        Assert.Contains($"w1: aside, 0 attempts on 1 slots; {aside.Reason}", told.Output, StringComparison.Ordinal);
        var attempts = cluster.Stored("wine").Attempts.Length;
        await Task.Delay(TimeSpan.FromSeconds(3), stop);
        Assert.Equal(attempts, cluster.Stored("wine").Attempts.Length);
        disk.Empty();

        // No trial has failed by it.
        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
        Assert.Contains(
            "worker 'w1': A checkpoint could not be kept in '", Complaints(cluster)[0], StringComparison.Ordinal);
        Assert.Contains("Free some space there.", Complaints(cluster)[0], StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    [Trait("Category", "Slow")]
    public async Task A_database_that_is_stopped_for_a_minute_holds_up_and_loses_nothing()
    {
        TestPostgres.Require(); // its programs are there, then
        var stop = TestContext.Current.CancellationToken;
        await using var server = await HaltedPostgres.StartAsync(stop);
        await using var cluster = await StartAsync(stop, server.Connection);
        cluster.StartWorker("w1");
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"), epochs: 60);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.Client.MakeAsync("line", Line, stop);
        await cluster.Client.AskAsync("line", 1, stop);
        await cluster.StepsAsync("wine", 20, stop);
        using var http = new HttpClient { BaseAddress = cluster.Address };

        await server.EndAsync(stop);
        var began = Stopwatch.GetTimestamp();
        var asked = cluster.Client.AskAsync("line", 1, stop);
        await cluster.UntilAsync(
            async () =>
            {
                using var ready = await http.GetAsync("healthz/ready", stop);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
                Assert.Contains("the database", await ready.Content.ReadAsStringAsync(stop), StringComparison.Ordinal);
                return Stopwatch.GetElapsedTime(began) > TimeSpan.FromMinutes(1);
            },
            stop);
        await server.StartAgainAsync(stop);

        Assert.Equal(1, (await asked).Trials.Single().Trial);
        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_database_that_is_away_longer_than_any_claim_holds_up_and_loses_nothing()
    {
        var stop = TestContext.Current.CancellationToken;
        var away = TimeSpan.FromSeconds(10); // claims and leadership hold for 6
        using var link = new CutLink(TestPostgres.Require());
        await using var cluster = await StartAsync(stop, link.Connection);
        cluster.StartWorker("w1");
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"));
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.Client.MakeAsync("line", Line, stop);
        await cluster.Client.AskAsync("line", 1, stop);
        await cluster.StepsAsync("wine", 20, stop);
        using var http = new HttpClient { BaseAddress = cluster.Address };

        link.Cut();
        var began = Stopwatch.GetTimestamp();
        var asked = cluster.Client.AskAsync("line", 1, stop);
        await cluster.UntilAsync(
            async () =>
            {
                using var ready = await http.GetAsync("healthz/ready", stop);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
                return Stopwatch.GetElapsedTime(began) > away;
            },
            stop);
        link.Mend();

        Assert.Equal(1, (await asked).Trials.Single().Trial);
        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_study_of_a_newer_version_keeps_nobody_from_the_others()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = await StartAsync(stop);
        await cluster.Client.MakeAsync("newer", Line, stop);
        await cluster.Client.MakeAsync("line", Line, stop);
        await cluster.TerminateSchedulerAsync(stop);
        var file = Path.Combine(cluster.PathOf("data"), "studies", "newer", "study.db");
        await using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            await connection.OpenAsync(stop);
            await using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA user_version = 999";
            await command.ExecuteNonQueryAsync(stop);
        }

        await cluster.StartSchedulerAsync(stop);

        var studies = await cluster.Client.StudiesAsync(stop);
        Assert.Equal([("line", "running"), ("newer", "failed")], studies.Select(study => (study.Name, study.State)));
        Assert.Contains("schema version 999", studies[1].Reason, StringComparison.Ordinal);
        Assert.Contains("use a newer TuneGraph", studies[1].Reason, StringComparison.Ordinal);
        Assert.Equal(0, (await cluster.Client.AskAsync("line", 1, stop)).Trials.Single().Trial);
        var error = await Assert.ThrowsAsync<SchedulerException>(() => cluster.Client.AskAsync("newer", 1, stop));
        Assert.Contains("schema version 999", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_database_of_a_newer_version_ends_the_start_with_the_way_out()
    {
        var stop = TestContext.Current.CancellationToken;
        using var link = new CutLink(TestPostgres.Require());
        await using var cluster = await StartAsync(stop, link.Connection);
        await cluster.TerminateSchedulerAsync(stop);
        await using (var connection = new NpgsqlConnection(link.Connection))
        {
            await connection.OpenAsync(stop);
            await using var command = new NpgsqlCommand("UPDATE schema_version SET version = 999", connection);
            await command.ExecuteNonQueryAsync(stop);
        }

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.StartSchedulerAsync(stop));

        Assert.Contains("schema version 999", error.Message, StringComparison.Ordinal);
        Assert.Contains("use a newer TuneGraph", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Checkpoints_that_were_cut_in_half_are_trained_again()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = await StartAsync(stop);
        cluster.StartWorker("w1");
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"));
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("wine", 60, stop);
        Assert.Equal(0, await cluster.TerminateSchedulerAsync(stop));

        var submission = await File.ReadAllTextAsync(
            Path.Combine(cluster.PathOf("data"), "studies", "wine", "submission.json"), stop);
        var checkpoints = Directory.GetFiles(Path.Combine(cluster.PathOf("data"), "artifacts"))
            .Where(file => !submission.Contains(Path.GetFileName(file), StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(checkpoints);
        foreach (var checkpoint in checkpoints)
        {
            await using var file = File.OpenWrite(checkpoint);
            file.SetLength(file.Length / 2);
        }

        await cluster.StartSchedulerAsync(stop);

        var ended = await cluster.EndAsync("wine", stop);
        Assert.Equal(("finished", null), (ended.State, ended.Reason));
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
    }

    private static List<string> Complaints(ClusterProcesses cluster) =>
        [.. cluster.Stored("wine").Attempts.Select(attempt => attempt.Reason).OfType<string>()
            .Where(reason => reason.Contains("checkpoint", StringComparison.Ordinal))];

    private static async Task<SchedulerException> AskUntilRefusedAsync(
        ClusterProcesses cluster, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await cluster.Client.AskAsync("line", 100, cancellationToken);
            }
            catch (SchedulerException e)
            {
                return e;
            }
        }
    }

    private static async Task RefuseAsync(HttpListener scheduler, string problem)
    {
        try
        {
            while (true)
            {
                using var response = (await scheduler.GetContextAsync()).Response;
                response.StatusCode = (int)HttpStatusCode.BadRequest;
                response.ContentType = "application/problem+json";
                await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(problem));
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private static string FreeAddress()
    {
        using var spare = new TcpListener(IPAddress.Loopback, 0);
        spare.Start();
        return $"http://{spare.LocalEndpoint}/";
    }

    private static async Task<ClusterProcesses> StartAsync(
        CancellationToken cancellationToken, string? postgres = null)
    {
        var cluster = new ClusterProcesses("--lease", "2", "--kills", "100") { Postgres = postgres };
        await cluster.StartSchedulerAsync(cancellationToken);
        return cluster;
    }
}
