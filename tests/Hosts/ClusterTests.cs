namespace TuneGraph.Tests.Hosts;

/// <summary>Real processes on this machine: the sweep comes out as if nothing had happened.</summary>
public sealed class ClusterTests
{
    private const int LimitMilliseconds = 180_000;

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_sweep_gives_the_same_bits_on_a_fleet_as_on_a_laptop()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = await StartAsync(stop, ("w1", 1), ("w2", 2));
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"));
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);

        var ended = await cluster.EndAsync("wine", stop);

        Assert.Equal(("finished", null), (ended.State, ended.Reason));
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
        Assert.True(File.Exists(Path.Combine(ended.Folder, "model.safetensors")));
        var onWorkers = cluster.Stored("wine").Attempts.Where(attempt => attempt.Worker is "w1" or "w2");
        Assert.Equal(6, onWorkers.Select(attempt => attempt.Trial).Distinct().Count());
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("KILL")]
    [InlineData("STOP")]
    public async Task A_worker_that_falls_silent_loses_its_trials_to_another(string signal)
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        await using var cluster = await StartAsync(stop, ("w1", 1), ("w2", 1));
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"));
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("wine", 25, stop);

        cluster.Signal("w1", signal);

        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
        var lost = cluster.Stored("wine").Attempts.Where(attempt => attempt.State == AttemptState.Lost).ToList();
        Assert.All(
            lost, attempt => Assert.Contains("'w1' was lost: no word", attempt.Reason, StringComparison.Ordinal));
        Assert.NotEmpty(lost);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("KILL", "signal 9")]
    [InlineData("STOP", "signal 9")]
    public async Task A_process_of_a_trial_that_dies_or_hangs_costs_no_more_than_a_step(string signal, string how)
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        await using var cluster = await StartAsync(stop);
        cluster.StartWorker("w1", 2, "--stall", "3");
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"));
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("wine", 25, stop);

        Assert.NotEqual(0, cluster.SignalRanks("w1", signal));

        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
        Assert.True(cluster.IsAlive("w1"));
        var lost = cluster.Stored("wine").Attempts.Where(attempt => attempt.State == AttemptState.Lost).ToList();
        Assert.NotEmpty(lost);
        Assert.All(lost, attempt => Assert.EndsWith(how, attempt.Reason, StringComparison.Ordinal));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_worker_that_has_to_leave_hands_its_trials_back()
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using var cluster = await StartAsync(stop, ("w1", 2));
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"), extra: "", epochs: 60);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("wine", 25, stop);

        cluster.Signal("w1", "TERM");
        Assert.Equal(0, await cluster.ExitOfAsync("w1", stop));
        Assert.Empty(await cluster.Client.WorkersAsync(stop));
        cluster.StartWorker("w2", 2);

        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
        var attempts = cluster.Stored("wine").Attempts;
        Assert.DoesNotContain(attempts, attempt => attempt.State is AttemptState.Lost or AttemptState.Failed);
        Assert.Contains(attempts, attempt => attempt.Reason is { } why && why.StartsWith("preempted: "));
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_scheduler_that_comes_back_goes_on_with_every_study(bool isKilled)
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        await using var cluster = await StartAsync(stop, ("w1", 1), ("w2", 1));
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"));
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("wine", 25, stop);

        if (isKilled)
            cluster.KillScheduler();
        else
            Assert.Equal(0, await cluster.TerminateSchedulerAsync(stop));
        await cluster.StartSchedulerAsync(stop);

        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task With_a_database_a_killed_scheduler_is_succeeded_once_its_claim_is_over()
    {
        var stop = TestContext.Current.CancellationToken;
        var server = TestPostgres.Require();
        var schema = $"cluster_{Guid.NewGuid():N}";
        await using var cluster = new ClusterProcesses("--lease", "2", "--kills", "100")
        {
            Postgres = $"{server};Search Path={schema}",
        };
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w1", 2);
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"));
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("wine", 25, stop);

        cluster.KillScheduler();
        await cluster.StartSchedulerAsync(stop);

        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_gang_of_ranks_runs_on_one_worker_and_one_that_never_fits_is_refused()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = await StartAsync(stop, ("w1", 2));
        await cluster.UntilAsync(async () => (await cluster.Client.WorkersAsync(stop)).Length == 1, stop);
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 2, epochs: 5);
        var text = await File.ReadAllTextAsync(sweep, stop);
        string Ranks(int ranks) =>
            text.Replace("batchSize: 16", $"batchSize: 16, parallel: {{worldSize: {ranks}}}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(sweep, Ranks(2), stop);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);

        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));

        var wide = Ranks(8).Replace("name: wine", "name: wide", StringComparison.Ordinal);
        await File.WriteAllTextAsync(sweep, wide, stop);
        var refused = await Assert.ThrowsAsync<SchedulerException>(
            () => cluster.Client.SubmitAsync(sweep, cancellationToken: stop));
        Assert.Equal("gang-never-fits", refused.Code);
        Assert.DoesNotContain("Not counted", refused.Message, StringComparison.Ordinal);
        Assert.Contains("needs 8 slots at once", refused.Message, StringComparison.Ordinal);
        Assert.Single(await cluster.Client.StudiesAsync(stop));
    }

    private static async Task<ClusterProcesses> StartAsync(
        CancellationToken cancellationToken, params (string Name, int Slots)[] workers)
    {
        // Kills are what these tests are about: no trial is to be held for poison.
        var cluster = new ClusterProcesses("--lease", "2", "--kills", "100");
        await cluster.StartSchedulerAsync(cancellationToken);
        foreach (var (name, slots) in workers)
            cluster.StartWorker(name, slots);
        return cluster;
    }
}
