using System.Reflection;
using TuneGraph.Scheduler;

namespace TuneGraph.Tests.Dapr;

/// <summary>Workers and gangs behind a sidecar, and the same in process.</summary>
public sealed class FleetActorTests
{
    private const int LimitMilliseconds = 120_000;

    private static string Version => typeof(SchedulerHost).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_workers_lease_is_renewed_under_its_token(bool isBehindSidecar)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var hosts = await ActorHosts.StartAsync(1);
        using var api = hosts.Client();
        var lease = await JoinAsync(api, stop);
        IWorkerActor worker = isBehindSidecar
            ? hosts.Actor<IWorkerActor>(nameof(WorkerActor), "w1")
            : new WorkerTurns("w1", hosts.Service<FleetHost>());

        Assert.Equal(15, await worker.RenewAsync(lease.Token));
        Assert.Equal("working", (await worker.LookAsync())!.State);
        Assert.True(await worker.ExpireAsync());
        var error = await Assert.ThrowsAnyAsync<Exception>(() => worker.RenewAsync("another's"));
        Assert.Contains(nameof(FleetException), error.GetType().Name + error.Message, StringComparison.Ordinal);
        await api.LeaveAsync(lease.Token, stop);
        Assert.False(await worker.ExpireAsync());
        Assert.Null(await worker.LookAsync());
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_reminder_looks_at_a_lease_until_the_worker_is_gone()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var hosts = await ActorHosts.StartAsync(1);
        using var api = hosts.Client();
        var lease = await JoinAsync(api, stop);
        await hosts.Actor<IWorkerActor>(nameof(WorkerActor), "w1").RenewAsync(lease.Token);
        var kept = Assert.Single(hosts.Reminders.Kept);
        Assert.Equal((nameof(WorkerActor), "w1", "lease"), kept);

        await hosts.Reminders.FireAsync(hosts.Sidecar(), kept.Type, kept.Id, kept.Name);
        Assert.Single(hosts.Reminders.Kept);
        await api.LeaveAsync(lease.Token, stop);
        await hosts.Reminders.FireAsync(hosts.Sidecar(), kept.Type, kept.Id, kept.Name);
        Assert.Empty(hosts.Reminders.Kept);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_gang_is_its_members_its_epoch_and_its_barrier(bool isBehindSidecar)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var hosts = await ActorHosts.StartAsync(1);
        var studies = hosts.Service<ScheduledStudies>();
        using var api = hosts.Client();
        var lease = await JoinAsync(api, stop);
        var sweep = DaprSweep.Write(Path.Combine(hosts.Folder, "digits.yaml"), trials: 1, epochs: 2, ranks: 2);
        await api.SubmitAsync(sweep, cancellationToken: stop);
        TrainingOrder? order = null;
        while (order is null)
            order = (await api.RenewAsync(lease.Token, new WorkerWord([], [], [], 1), stop)).Order;
        var name = $"digits.{order.Segment}";
        IGangActor gang = isBehindSidecar
            ? hosts.Actor<IGangActor>(nameof(GangActor), name)
            : new GangTurns(name, hosts.Service<FleetHost>());

        var view = (await gang.LookAsync())!;
        Assert.Equal(("w1", 0, 2, 0), view.Parts.Select(p => (p.Worker, p.FirstRank, p.Ranks, p.Step)).Single());
        Assert.Equal(1, (await gang.ArriveAsync(new GangArrival(order.Token, 1))).Step);
        Assert.Equal(1, (await gang.ArriveAsync(new GangArrival(order.Token, 1))).Step);
        // The order's own steps arrive by the API of workers, at the same barrier.
        var word = new StepWord("digits", order.Trial, order.Segment, 2, new StepMetrics(ValidationLoss: 1), null);
        Assert.False((await api.StepAsync(order.Token, word, stop)).IsLate);
        Assert.Equal(2, (await gang.LookAsync())!.Step);
        var late = await Assert.ThrowsAnyAsync<Exception>(() => gang.ArriveAsync(new GangArrival("another's", 2)));
        Assert.Contains(nameof(FleetException), late.GetType().Name + late.Message, StringComparison.Ordinal);
        await api.StopAsync("digits", stop);
        await api.EndAsync(order.Token, new EndWord(OrderOutcome.Stopped, null, null), stop);
        while (await gang.LookAsync() is not null)
            await Task.Yield();
        await studies.LeaveAsync();
    }

    private static Task<WorkerLease> JoinAsync(SchedulerClient api, CancellationToken cancellationToken) =>
        api.JoinAsync(
            new WorkerOffer("w1", "first", Version, 2, 2, 0, 1L << 34, []), cancellationToken);
}
