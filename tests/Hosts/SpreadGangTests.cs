namespace TuneGraph.Tests.Hosts;

/// <summary>Trials whose ranks are spread over several worker processes, with real signals.</summary>
public sealed class SpreadGangTests
{
    private const int LimitMilliseconds = 180_000;

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_gang_over_two_workers_gives_the_same_bits_as_threads_and_is_pruned_at_one_barrier()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = await StartAsync(stop, ("w1", 2), ("w2", 1));
        var sweep = Write(cluster, ranks: 3, epochs: 9, "pruner: {type: asha, minResource: 1, reduction: 3}");
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);

        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);

        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
        Assert.Contains(await cluster.Client.TrialsAsync("wine", stop), trial => trial.State == "pruned");
        var attempts = cluster.Stored("wine").Attempts.Where(attempt => attempt.Trial is not null).ToList();
        Assert.All(attempts, attempt => Assert.Equal(("w1, w2", 3), (attempt.Worker, attempt.Ranks)));
        Assert.All(attempts, attempt =>
            Assert.True(attempt.State is AttemptState.Succeeded or AttemptState.Stopped, attempt.Reason));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task The_first_steps_of_each_gang_are_verified_and_what_came_of_it_is_kept()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = await StartAsync(stop, ("w1", 1), ("w2", 1));
        await cluster.Client.SubmitAsync(Write(cluster, ranks: 2, epochs: 3), cancellationToken: stop);

        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);

        var verified = cluster.Stored("wine").Log
            .SelectMany(logged => logged.Metrics?.Notes ?? [], (logged, note) => (logged.Event, note))
            .Where(item => item.note.StartsWith("verified, ", StringComparison.Ordinal))
            .ToList();
        Assert.Equal([0, 1, 2, 3], verified.Select(item => item.Event.Number).Order());
        Assert.All(verified, item => Assert.StartsWith(
            "verified, 3 steps beside one rank alone: ", item.note, StringComparison.Ordinal));
        Assert.All(verified, item => Assert.Contains(", as the formula says", item.note, StringComparison.Ordinal));
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("w1", "KILL")]
    [InlineData("w2", "STOP")]
    public async Task A_rank_that_dies_or_hangs_ends_its_gang_which_goes_on_from_the_last_checkpoint(
        string worker, string signal)
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        await using var cluster = await StartAsync(stop, ("w1", 1), ("w2", 1));
        var sweep = Write(cluster, ranks: 2, epochs: 40);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("wine", 25, stop);

        Assert.NotEqual(0, cluster.SignalRanks(worker, signal));

        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
        Assert.True(cluster.IsAlive("w1") && cluster.IsAlive("w2"));
        var lost = cluster.Stored("wine").Attempts.Where(attempt => attempt.State == AttemptState.Lost).ToList();
        Assert.NotEmpty(lost);
        Assert.All(lost, attempt => Assert.EndsWith("signal 9", attempt.Reason, StringComparison.Ordinal));
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("w1", "STOP")]
    [InlineData("w2", "KILL")]
    public async Task A_gang_that_loses_a_worker_goes_on_when_there_is_room_again(string worker, string signal)
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        await using var cluster = await StartAsync(stop, ("w1", 1), ("w2", 1));
        var sweep = Write(cluster, ranks: 2, epochs: 40);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("wine", 25, stop);

        cluster.Signal(worker, signal);
        cluster.StartWorker("w3");

        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
        var lost = cluster.Stored("wine").Attempts.Where(attempt => attempt.State == AttemptState.Lost).ToList();
        Assert.Contains(
            lost, attempt => attempt.Reason!.Contains($"'{worker}' was lost: no word", StringComparison.Ordinal));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_stopped_gang_frees_its_slots_though_one_of_its_ranks_hangs()
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        await using var cluster = await StartAsync(stop, ("w1", 1), ("w2", 1));
        var sweep = Write(cluster, ranks: 2, epochs: 20_000);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("wine", 25, stop);
        Assert.Equal(1, cluster.SignalRanks("w2", "STOP"));

        await cluster.Client.StopAsync("wine", stop);

        Assert.Equal("interrupted", (await cluster.EndAsync("wine", stop)).State);
        Assert.All(await cluster.Client.WorkersAsync(stop), worker => Assert.Empty(worker.Attempts));
        await cluster.UntilAsync(() => Task.FromResult(cluster.SignalRanks("w2", "CONT") == 0), stop);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_worker_that_leaves_hands_the_gang_back_at_its_next_step()
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        await using var cluster = await StartAsync(stop, ("w1", 1), ("w2", 1));
        var sweep = Write(cluster, ranks: 2, epochs: 60);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("wine", 25, stop);

        cluster.Signal("w2", "TERM"); // the leader is on the other
        Assert.Equal(0, await cluster.ExitOfAsync("w2", stop));
        cluster.StartWorker("w3");

        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
        var attempts = cluster.Stored("wine").Attempts;
        Assert.DoesNotContain(attempts, attempt => attempt.State is AttemptState.Lost or AttemptState.Failed);
        Assert.Contains(attempts, attempt => attempt.Reason is { } why && why.StartsWith("preempted: "));
    }

    private static string Write(ClusterProcesses cluster, int ranks, int epochs, string extra = "")
    {
        var path = FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 4, epochs: epochs, extra: extra);
        var text = File.ReadAllText(path);
        File.WriteAllText(path, text.Replace(
            "batchSize: 16", $"batchSize: 16, parallel: {{worldSize: {ranks}, verify: 3}}", StringComparison.Ordinal));
        return path;
    }

    private static async Task<ClusterProcesses> StartAsync(
        CancellationToken cancellationToken, params (string Name, int Slots)[] workers)
    {
        var cluster = new ClusterProcesses("--lease", "2", "--kills", "100");
        await cluster.StartSchedulerAsync(cancellationToken);
        foreach (var (name, slots) in workers)
            cluster.StartWorker(name, slots, "--stall", "3");
        await cluster.UntilAsync(
            async () => (await cluster.Client.WorkersAsync(cancellationToken)).Length == workers.Length,
            cancellationToken);
        return cluster;
    }
}
