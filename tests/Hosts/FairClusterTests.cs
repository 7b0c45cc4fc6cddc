namespace TuneGraph.Tests.Hosts;

/// <summary>Studies that share real workers.</summary>
public sealed class FairClusterTests
{
    private const int LimitMilliseconds = 240_000;

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Studies_get_workers_by_their_shares_and_stay_within_their_quotas()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        await SubmitAsync(cluster, "large", trials: 24, epochs: 20, "resources: {share: 3}", stop);
        await SubmitAsync(cluster, "small", trials: 24, epochs: 20, "resources: {share: 1, quota: 1}", stop);
        await cluster.UntilAsync(
            async () => (await cluster.Client.StudyAsync("small", stop)).Waiting is not null
                && (await cluster.Client.StudyAsync("large", stop)).Waiting is not null,
            stop);

        cluster.StartWorker("w", 2);

        Assert.Equal("finished", (await cluster.EndAsync("large", stop)).State);
        Assert.Equal("finished", (await cluster.EndAsync("small", stop)).State);
        var (large, small) = (Attempts(cluster, "large"), Attempts(cluster, "small"));
        Assert.Equal((24, 24), (large.Count, small.Count));
        // While the large one has trials to start, it gets three of four slot-seconds.
        var until = large[^1].StartedAt;
        var part = Seconds(large, until) / (Seconds(large, until) + Seconds(small, until));
        Assert.InRange(part, 0.6, 0.9);
        Assert.All(small.Zip(small.Skip(1)), pair => Assert.True(pair.First.EndedAt <= pair.Second.StartedAt));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_study_of_higher_priority_has_the_workers_until_it_wants_no_more()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w", 2);
        await cluster.UntilAsync(async () => (await cluster.Client.WorkersAsync(stop)).Length == 1, stop);
        // Long enough that both still run when they are looked at.
        await SubmitAsync(cluster, "low", trials: 16, epochs: 40, "resources: {share: 9}", stop);
        await cluster.StepsAsync("low", 2, stop);

        await SubmitAsync(cluster, "high", trials: 8, epochs: 40, "resources: {priority: 1}", stop);
        await cluster.UntilAsync(
            async () => (await cluster.Client.StudyAsync("low", stop)).Waiting?
                .Contains("'high' has 2 slots", StringComparison.Ordinal) == true,
            stop);

        Assert.Equal("finished", (await cluster.EndAsync("high", stop)).State);
        Assert.Equal("finished", (await cluster.EndAsync("low", stop)).State);
        var high = Attempts(cluster, "high");
        // Of the low one's, at most what was on its way to a slot when the first of the high one came.
        Assert.InRange(
            Attempts(cluster, "low").Count(attempt =>
                attempt.StartedAt > high[0].StartedAt && attempt.StartedAt < high[^1].StartedAt),
            0, 1);
    }

    private static Task<StudyView> SubmitAsync(
        ClusterProcesses cluster, string name, int trials, int epochs, string extra, CancellationToken stop) =>
        cluster.Client.SubmitAsync(
            FleetSweep.Write(cluster.PathOf(name + ".yaml"), trials, epochs, extra, name),
            seed: (ulong)name.Length + name[0], // of one seed the second would train nothing
            stop);

    private static double Seconds(IEnumerable<StoredAttempt> attempts, DateTimeOffset until) =>
        attempts.Where(attempt => attempt.StartedAt < until)
            .Sum(attempt =>
                ((attempt.EndedAt < until ? attempt.EndedAt.Value : until) - attempt.StartedAt).TotalSeconds);

    private static List<StoredAttempt> Attempts(ClusterProcesses cluster, string study) =>
        [.. cluster.Stored(study).Attempts.Where(attempt => attempt.Trial is not null)
            .OrderBy(attempt => attempt.StartedAt)];
}
