using TuneGraph.Tests.Hosts;
using TuneGraph.Tests.Sidecar;

namespace TuneGraph.Tests.Dapr;

/// <summary>Real processes whose ranks exchange gradients by a sidecar's double, with real signals.</summary>
public sealed class DaprClusterTests
{
    private const int LimitMilliseconds = 240_000;

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Four_workers_over_a_faulty_broker_and_a_restarted_sidecar_give_the_bits_of_one_process()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var sidecar = new SidecarProcess(11, 0.02, 0.02, 0.01);
        await using var cluster = await StartAsync(sidecar, workers: 4, stop);
        var sweep = DaprSweep.Write(cluster.PathOf("digits.yaml"), trials: 2, epochs: 4, ranks: 4);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("digits", 2, stop);

        await sidecar.KillAsync();
        await sidecar.StartAsync(stop);

        Assert.Equal("finished", (await cluster.EndAsync("digits", stop)).State);
        Assert.Equal(
            await DaprSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("digits", "csv", stop));
        // The sidecar's end cost a trial nothing: what was on its way was sent again.
        var attempts = cluster.Stored("digits").Attempts.Where(attempt => attempt.Trial is not null).ToList();
        Assert.All(attempts, attempt => Assert.Equal((AttemptState.Succeeded, 4), (attempt.State, attempt.Ranks)));
        Assert.Contains("Duplicated = ", await sidecar.EndAsync(stop), StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_killed_worker_sets_its_trial_back_to_the_last_checkpoint_and_no_other()
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        await using var sidecar = new SidecarProcess(2);
        await using var cluster = await StartAsync(sidecar, workers: 4, stop);
        var sweep = DaprSweep.Write(cluster.PathOf("digits.yaml"), trials: 2, epochs: 12, ranks: 2);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("digits", 6, stop);

        cluster.Signal("w1", "KILL");
        cluster.StartWorker("w5", 1, "--stall", "10");

        Assert.Equal("finished", (await cluster.EndAsync("digits", stop)).State);
        Assert.Equal(
            await DaprSweep.LocalAsync(sweep), await cluster.Client.ExportAsync("digits", "csv", stop));
        var lost = cluster.Stored("digits").Attempts.Where(attempt => attempt.State == AttemptState.Lost).ToList();
        Assert.Contains("'w1'", Assert.Single(lost).Reason, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Without_a_sidecar_the_trial_fails_and_says_what_is_missing()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var sidecar = new SidecarProcess(2);
        await using var cluster = await StartAsync(sidecar, workers: 0, stop);
        cluster.Variables["TUNEGRAPH_GRADBUS"] = "elsewhere";
        cluster.StartWorker("w1", 2);
        var sweep = DaprSweep.Write(cluster.PathOf("digits.yaml"), trials: 1, epochs: 1, ranks: 2);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);

        await cluster.EndAsync("digits", stop);

        Assert.All(
            cluster.Stored("digits").Attempts.Where(attempt => attempt.Trial is not null),
            attempt => Assert.Contains(
                "has no pub/sub component 'elsewhere'", attempt.Reason, StringComparison.Ordinal));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_worker_calls_its_scheduler_by_application_name_and_both_tokens_are_named()
    {
        var stop = TestContext.Current.CancellationToken;
        using var broker = new Broker();
        await using var cluster = new ClusterProcesses("--lease", "5") { Token = "scheduler's" };
        await cluster.StartSchedulerAsync(stop);
        await using var scheduler = new DaprSidecar(broker, "tunegraph-scheduler") { App = cluster.Address };
        await using var worker = await new DaprSidecar(broker, "w1") { Token = "sidecar's" }.StartAsync();
        worker.Peers["tunegraph-scheduler"] = scheduler;
        cluster.Variables["DAPR_HTTP_ENDPOINT"] = worker.Http.ToString();
        cluster.Variables["DAPR_API_TOKEN"] = "sidecar's";
        cluster.StartWorker("w1", 2, "--scheduler", "dapr://tunegraph-scheduler");
        var sweep = DaprSweep.Write(cluster.PathOf("digits.yaml"), trials: 1, epochs: 1, ranks: 2, transport: "auto");
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);

        Assert.Equal("finished", (await cluster.EndAsync("digits", stop)).State);
        Assert.Equal("w1", Assert.Single(await cluster.Client.WorkersAsync(stop)).Name);
    }

    private static async Task<ClusterProcesses> StartAsync(
        SidecarProcess sidecar, int workers, CancellationToken cancellationToken)
    {
        await sidecar.StartAsync(cancellationToken);
        var cluster = new ClusterProcesses("--lease", "2", "--kills", "100");
        cluster.Variables["DAPR_GRPC_ENDPOINT"] = sidecar.Grpc.ToString();
        cluster.Variables["DAPR_HTTP_ENDPOINT"] = sidecar.Http.ToString();
        await cluster.StartSchedulerAsync(cancellationToken);
        for (var worker = 1; worker <= workers; worker++)
            cluster.StartWorker($"w{worker}", 1, "--stall", "10");
        await cluster.UntilAsync(
            async () => (await cluster.Client.WorkersAsync(cancellationToken)).Length == workers, cancellationToken);
        return cluster;
    }
}
