namespace TuneGraph.Tests.Hosts;

/// <summary>Two schedulers of one database: the one that stands by goes on with what the other one led.</summary>
public sealed class FailoverTests
{
    private const int LimitMilliseconds = 180_000;

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("KILL")]
    [InlineData("TERM")]
    public async Task Who_stands_by_takes_over_and_the_sweep_comes_out_the_same(string signal)
    {
        var stop = TestContext.Current.CancellationToken;
        using var link = new CutLink(TestPostgres.Require());
        await using var cluster = new ClusterProcesses("--lease", "2", "--kills", "100") { Postgres = link.Connection };
        await cluster.StartSchedulerAsync(stop);
        await cluster.StartStandbyAsync(stop);
        cluster.StartWorker("w1", 2);
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"), epochs: 40);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.Client.MakeAsync(
            "line", """{"space": {"x": {"type": "float", "low": 0, "high": 1}}, "sampler": "random"}""", stop);
        await cluster.Client.AskAsync("line", 3, stop);
        await cluster.StepsAsync("wine", 20, stop);

        cluster.SignalScheduler(signal);

        // Client and worker know both addresses: to them the change is a call that takes longer.
        Assert.Equal(3, (await cluster.Client.AskAsync("line", 1, stop)).Trials.Single().Trial);
        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("wine", "csv", stop));
    }
}
