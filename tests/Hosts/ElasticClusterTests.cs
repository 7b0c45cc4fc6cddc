namespace TuneGraph.Tests.Hosts;

/// <summary>Trials whose ranks follow the room on real workers.</summary>
public sealed class ElasticClusterTests
{
    private const int LimitMilliseconds = 180_000;

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Promoted_trials_get_more_ranks_and_compute_the_same_up_to_rounding()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses("--lease", "2", "--kills", "100");
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w1", 2);
        cluster.StartWorker("w2", 1);
        await cluster.UntilAsync(async () => (await cluster.Client.WorkersAsync(stop)).Length == 2, stop);
        var sweep = FleetSweep.Write(
            cluster.PathOf("wine.yaml"), trials: 4, epochs: 9,
            extra: "pruner: {type: asha, minResource: 1, reduction: 3}\nresources: {elastic: {max: 3}}");
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);

        var ended = await cluster.EndAsync("wine", stop);

        Assert.Equal(("finished", null), (ended.State, ended.Reason));
        var stored = cluster.Stored("wine");
        var ranks = stored.Attempts
            .Where(attempt => attempt is { Trial: not null, State: AttemptState.Succeeded })
            .Select(attempt => attempt.Ranks).ToList();
        Assert.Contains(1, ranks);
        Assert.Contains(ranks, many => many > 1);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_gang_that_lost_its_worker_for_good_goes_on_with_fewer_ranks()
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        await using var cluster = new ClusterProcesses("--lease", "2", "--kills", "100");
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w1", 2);
        cluster.StartWorker("w2", 1);
        await cluster.UntilAsync(async () => (await cluster.Client.WorkersAsync(stop)).Length == 2, stop);
        var sweep = FleetSweep.Write(
            cluster.PathOf("wine.yaml"), trials: 1, epochs: 300, extra: "resources: {elastic: {max: 3}}");
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("wine", 5, stop);

        cluster.Signal("w2", "KILL");

        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        var attempts = cluster.Stored("wine").Attempts.Where(attempt => attempt.Trial is not null).ToList();
        Assert.Equal((3, AttemptState.Lost), (attempts[0].Ranks, attempts[0].State));
        Assert.Equal((2, AttemptState.Succeeded), (attempts[^1].Ranks, attempts[^1].State));
    }
}
