namespace TuneGraph.Tests.Hosts;

/// <summary>Machines whose clocks are an hour apart.</summary>
public sealed class ClockTests
{
    private const int LimitMilliseconds = 240_000;
    private const string Line = """{"space": {"x": {"type": "float", "low": 0, "high": 1}}, "sampler": "random"}""";
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_sweep_comes_out_the_same_on_workers_before_and_after_their_scheduler()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses("--lease", "2", "--kills", "100");
        var set = await WrongClock.MakeAsync(cluster.PathOf("clock.so"), stop);
        await cluster.StartSchedulerAsync(stop);
        set(cluster.Variables, _hour);
        cluster.StartWorker("early");
        set(cluster.Variables, -_hour);
        cluster.StartWorker("late");
        await cluster.UntilAsync(async () => (await cluster.Client.WorkersAsync(stop)).Length == 2, stop);
        // A gang of one rank on each of them: they meet by TLS or not at all.
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 2, epochs: 10);
        var text = await File.ReadAllTextAsync(sweep, stop);
        await File.WriteAllTextAsync(sweep, text.Replace(
            "batchSize: 16", "batchSize: 16, parallel: {worldSize: 2}", StringComparison.Ordinal), stop);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);

        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
        Assert.DoesNotContain(cluster.Stored("wine").Attempts, attempt => attempt.State == AttemptState.Lost);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_scheduler_that_stands_by_an_hour_off_takes_over_when_the_other_is_gone_and_not_before(int hours)
    {
        var stop = TestContext.Current.CancellationToken;
        using var link = new CutLink(TestPostgres.Require());
        await using var cluster = new ClusterProcesses("--lease", "2", "--kills", "100") { Postgres = link.Connection };
        var set = await WrongClock.MakeAsync(cluster.PathOf("clock.so"), stop);
        await cluster.StartSchedulerAsync(stop);
        set(cluster.Variables, hours * _hour);
        await cluster.StartStandbyAsync(stop);
        cluster.StartWorker("w1");
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"));
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.Client.MakeAsync("line", Line, stop);
        await cluster.Client.AskAsync("line", 3, stop);
        await cluster.StepsAsync("wine", 20, stop);
        Assert.DoesNotContain("another scheduler leads", cluster.Said, StringComparison.Ordinal);

        cluster.KillScheduler();

        Assert.Equal(3, (await cluster.Client.AskAsync("line", 1, stop)).Trials.Single().Trial);
        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
        var view = await cluster.Client.StudyAsync("wine", stop);
        var off = (view.ChangedAt - view.CreatedAt)!.Value.TotalHours; // the times that are shown are its own
        Assert.Equal(hours, off, 0.2);
    }
}
