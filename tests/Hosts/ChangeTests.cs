using System.Net.Http.Json;
using TuneGraph.Search;

namespace TuneGraph.Tests.Hosts;

/// <summary>Bounds of a study that are changed while it runs, and while it does not.</summary>
public sealed class ChangeTests
{
    private const int LimitMilliseconds = 240_000;

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_study_that_is_changed_on_the_way_comes_out_as_if_it_had_been_submitted_so()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w", 1);
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 2, epochs: 60);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("wine", 5, stop);

        var view = await cluster.Client.ChangeAsync(
            "wine", new StudyChange { Trials = 4, Priority = 1, Quota = 1 }, stop);

        Assert.Equal((4, 1, 1, 1), (view.Budget, view.Priority, view.Share, view.Quota));
        cluster.KillScheduler();
        await cluster.StartSchedulerAsync(stop);
        var ended = await cluster.EndAsync("wine", stop);
        Assert.Equal(("finished", 4, 1), (ended.State, ended.Trials["completed"], ended.Priority));
        var change = Assert.Single(cluster.Stored("wine").Log, logged => logged.Event is BudgetChanged);
        Assert.Equal(new StudyBudget { Trials = 4 }, ((BudgetChanged)change.Event).Budget);

        // It has ended: a change counts once it goes on.
        await cluster.Client.ChangeAsync("wine", new StudyChange { Trials = 5 }, stop);
        await cluster.Client.ResumeAsync("wine", stop);
        await cluster.UntilAsync(
            async () => (await cluster.Client.StudyAsync("wine", stop)).Trials.GetValueOrDefault("completed") == 5,
            stop);
        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);
        var expected = await FleetSweep.LocalAsync(
            FleetSweep.Write(cluster.PathOf("local.yaml"), trials: 5, epochs: 60));
        Assert.Equal(expected, TrialsCsv.Write(TrialSummary.From(cluster.Stored("wine")), ["val_loss"]));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task What_cannot_be_changed_is_refused_and_a_repeated_change_changes_nothing()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 2, epochs: 3);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);

        Assert.Equal("request-invalid", await CodeAsync(cluster, "wine", new StudyChange()));
        Assert.Equal("request-invalid", await CodeAsync(cluster, "wine", new StudyChange { Share = -1 }));
        Assert.Equal("study-not-found", await CodeAsync(cluster, "beer", new StudyChange { Trials = 4 }));
        await cluster.Client.MakeAsync("asked", """{"space": {"x": {"type": "float", "low": 0, "high": 1}}}""", stop);
        Assert.Equal("request-invalid", await CodeAsync(cluster, "asked", new StudyChange { Trials = 4 }));

        using var http = new HttpClient { BaseAddress = new Uri(cluster.Address, "api/v1/") };
        var once = await SendAsync(http, 7, stop);
        await cluster.Client.ChangeAsync("wine", new StudyChange { Trials = 9 }, stop);
        Assert.Equal(once, await SendAsync(http, 8, stop)); // the same key: the same answer
        Assert.Equal(9, (await cluster.Client.StudyAsync("wine", stop)).Budget);
        Assert.Contains(
            "\"patch\"",
            (await http.GetStringAsync(new Uri(cluster.Address, "openapi/v1.json"), stop)).ToLowerInvariant(),
            StringComparison.Ordinal);
    }

    private static async Task<string> SendAsync(HttpClient http, int trials, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, "studies/wine")
        {
            Content = JsonContent.Create(new { trials }),
        };
        request.Headers.Add("Idempotency-Key", "one");
        using var answer = await http.SendAsync(request, stop);
        return await answer.Content.ReadAsStringAsync(stop);
    }

    private static async Task<string> CodeAsync(ClusterProcesses cluster, string study, StudyChange change) =>
        (await Assert.ThrowsAsync<SchedulerException>(() =>
            cluster.Client.ChangeAsync(study, change, TestContext.Current.CancellationToken))).Code;
}
