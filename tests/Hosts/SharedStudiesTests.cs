using TuneGraph.Search;

namespace TuneGraph.Tests.Hosts;

/// <summary>What one study of a scheduler has trained, another one need not train.</summary>
public sealed class SharedStudiesTests
{
    private const int LimitMilliseconds = 240_000;

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_second_sweep_of_the_same_seed_and_space_trains_no_step()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w", 1);
        var first = FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 3, epochs: 20);
        await cluster.Client.SubmitAsync(first, cancellationToken: stop);
        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);

        var second = await cluster.Client.SubmitAsync(
            FleetSweep.Write(cluster.PathOf("again.yaml"), trials: 3, epochs: 20, name: "again"),
            cancellationToken: stop);
        Assert.Equal("finished", (await cluster.EndAsync(second.Name, stop)).State);
        await AssertSharedAsync(cluster, "again", stop);

        // A scheduler started anew knows what was trained before it, and keeps what is lent.
        cluster.KillScheduler();
        await cluster.StartSchedulerAsync(stop);
        await cluster.Client.SubmitAsync(
            FleetSweep.Write(cluster.PathOf("third.yaml"), trials: 3, epochs: 20, name: "third"),
            cancellationToken: stop);
        Assert.Equal("finished", (await cluster.EndAsync("third", stop)).State);
        await AssertSharedAsync(cluster, "third", stop);
        Assert.Equal(
            await cluster.Client.ExportAsync("wine", "csv", stop),
            await cluster.Client.ExportAsync("third", "csv", stop));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_sweep_that_asks_for_something_else_trains_for_itself()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w", 1);
        await cluster.Client.SubmitAsync(
            FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 2, epochs: 4), cancellationToken: stop);
        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);

        var other = FleetSweep.Write(cluster.PathOf("other.yaml"), trials: 2, epochs: 4, name: "other");
        await File.WriteAllTextAsync(
            other,
            (await File.ReadAllTextAsync(other, stop))
                .Replace("batchSize: 16", "batchSize: 8", StringComparison.Ordinal),
            stop);
        await cluster.Client.SubmitAsync(other, cancellationToken: stop);
        var ended = await cluster.EndAsync("other", stop);

        Assert.Equal(("finished", 0), (ended.State, ended.SharedSteps));
        Assert.Equal(await FleetSweep.LocalAsync(other), await cluster.Client.ExportAsync("other", "csv", stop));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task What_two_sweeps_need_at_the_same_moment_is_trained_once_also_after_a_crash()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses("--lease", "2", "--kills", "100");
        await cluster.StartSchedulerAsync(stop);
        await SubmitBothAsync(cluster, stop);

        cluster.KillScheduler();
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w1", 2);
        await AssertOneWaitsAsync(cluster, stop);
        cluster.SignalRanks("w1", "KILL");

        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal("finished", (await cluster.EndAsync("again", stop)).State);
        var (wine, again) = (cluster.Stored("wine"), cluster.Stored("again"));
        var trained = wine.Attempts.Concat(again.Attempts)
            .Where(attempt => attempt is { State: AttemptState.Succeeded, Trial: not null })
            .Select(attempt => attempt.TaskKey).ToList();
        Assert.Equal(3, trained.Count);
        Assert.Equal(trained.Distinct(), trained);
        Assert.Equal(60, wine.SharedSteps + again.SharedSteps);
        var local = await FleetSweep.LocalAsync(cluster.PathOf("wine.yaml"));
        Assert.Equal(local, await cluster.Client.ExportAsync("wine", "csv", stop));
        Assert.Equal(local, await cluster.Client.ExportAsync("again", "csv", stop));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_sweep_whose_equal_is_stopped_trains_for_itself()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        await SubmitBothAsync(cluster, stop);

        await cluster.Client.StopAsync("wine", stop);
        await cluster.UntilStateAsync("wine", state => state == "interrupted", stop);
        cluster.StartWorker("w1");

        var ended = await cluster.EndAsync("again", stop);
        Assert.Equal(("finished", 0), (ended.State, ended.SharedSteps));
        await cluster.Client.ResumeAsync("wine", stop);
        var resumed = await cluster.UntilStateAsync("wine", state => state == "finished", stop);
        Assert.Equal(60, resumed.SharedSteps);
        Assert.Equal(
            await cluster.Client.ExportAsync("wine", "csv", stop),
            await cluster.Client.ExportAsync("again", "csv", stop));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_sweep_that_waits_for_one_that_others_keep_from_the_workers_trains_for_itself()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses("--lease", "2");
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w1");
        await SubmitAsync(cluster, "wine", stop, epochs: 2000);
        await cluster.StepsAsync("wine", 1, stop);
        await SubmitAsync(cluster, "again", stop, epochs: 2000);
        Assert.Equal("again", await AssertOneWaitsAsync(cluster, stop));
        cluster.Signal("w1", "STOP");

        // The only worker is lost, and the next one is for whoever comes before the first sweep.
        await SubmitAsync(cluster, "urgent", stop, "resources: {priority: 5}", seed: 4, epochs: 2000);
        await cluster.Client.ChangeAsync("again", new StudyChange { Priority = 9 }, stop);
        await cluster.UntilAsync(async () => (await cluster.Client.WorkersAsync(stop)).IsEmpty, stop);
        cluster.StartWorker("w2");

        await cluster.StepsAsync("again", 1, stop);
        Assert.All(cluster.Stored("wine").Attempts, attempt => Assert.NotEqual(AttemptState.Running, attempt.State));
        await cluster.UntilAsync(
            async () => (await cluster.Client.StudyAsync("wine", stop)).Waiting!
                .Contains("'again', which trains the same one", StringComparison.Ordinal),
            stop);
    }

    private static async Task SubmitBothAsync(ClusterProcesses cluster, CancellationToken stop)
    {
        await SubmitAsync(cluster, "wine", stop);
        await SubmitAsync(cluster, "again", stop);
        await cluster.UntilAsync(
            async () => (await cluster.Client.StudiesAsync(stop)).All(study => study.Trials.ContainsKey("running")),
            stop);
    }

    private static async Task SubmitAsync(
        ClusterProcesses cluster, string name, CancellationToken stop, string extra = "", ulong? seed = null,
        int epochs = 20)
    {
        var file = FleetSweep.Write(cluster.PathOf($"{name}.yaml"), trials: 3, epochs, extra, name);
        await cluster.Client.SubmitAsync(file, seed, stop);
    }

    /// <returns>Which of the two waits for the other.</returns>
    private static async Task<string> AssertOneWaitsAsync(ClusterProcesses cluster, CancellationToken stop)
    {
        string? waits = null;
        await cluster.UntilAsync(
            async () =>
            {
                foreach (var study in await cluster.Client.StudiesAsync(stop))
                {
                    if (study.Waiting?.Contains("which trains the same one", StringComparison.Ordinal) == true)
                        waits = study.Name;
                }

                return waits is not null;
            },
            stop);
        return waits!;
    }

    private static async Task AssertSharedAsync(ClusterProcesses cluster, string name, CancellationToken stop)
    {
        var stored = cluster.Stored(name);
        Assert.DoesNotContain(
            stored.Attempts, attempt => attempt.TaskKey.StartsWith("train-", StringComparison.Ordinal));
        Assert.Equal(60, stored.Log.Count(logged => logged.Event is StepReported));
        Assert.All(stored.Shared, segment => Assert.Equal("wine", segment.Study));
        var view = await cluster.Client.StudyAsync(name, stop);
        Assert.Equal(60, view.SharedSteps);
        Assert.True(view.SavedSeconds > 0);
        Assert.Equal(
            await cluster.Client.ExportAsync("wine", "csv", stop), await cluster.Client.ExportAsync(name, "csv", stop));
        // The best model's checkpoint is held for both.
        var best = Assert.Single(stored.Checkpoints, checkpoint =>
            File.Exists(cluster.PathOf("data/artifacts/" + checkpoint.Path["sha256:".Length..])));
        Assert.Contains(cluster.Stored("wine").Checkpoints, checkpoint => checkpoint.Path == best.Path);
    }
}
