using System.Collections.Immutable;
using System.Net.Http.Json;
using TuneGraph.Cli;
using TuneGraph.Search;
using TuneGraph.Tests.Cli;

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
    public async Task Ranges_that_are_changed_on_the_way_hold_for_all_later_trials_also_after_a_crash()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w", 1);
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 9, epochs: 30, extra: "# ", name: "wine");
        await File.WriteAllTextAsync(
            sweep, (await File.ReadAllTextAsync(sweep, stop)).Replace("random", "tpe", StringComparison.Ordinal), stop);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.StepsAsync("wine", 70, stop);

        var (exitCode, output, _) = await Invocation.OfAsync(
            "change", "wine", "--range", "lr=0.002..0.05", "--range", "width=..16",
            "--server", cluster.Address.ToString());
        Assert.Equal(0, exitCode);
        Assert.Contains(
            "range: lr: float 0.002..0.05 log\nrange: width: int 4..16 log", output, StringComparison.Ordinal);
        await cluster.UntilAsync(
            () => Task.FromResult(cluster.Stored("wine").Log.Any(logged => logged.Event is RangesChanged)), stop);
        cluster.KillScheduler();
        await cluster.StartSchedulerAsync(stop);
        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);

        var events = cluster.Stored("wine").Log.Select(logged => logged.Event).ToList();
        var change = Assert.Single(events.OfType<RangesChanged>());
        var later = events.OfType<TrialAsked>().Where(asked => asked.Number >= change.Number).ToList();
        Assert.InRange(later.Count, 5, 8);
        Assert.All(later, asked => Assert.True(asked.Configuration["width"].AsInt() <= 16));
        Assert.All(later, asked => Assert.InRange(asked.Configuration["lr"].AsFloat(), 0.002, 0.05));
        var spec = SweepFile.Load(sweep);
        var options = new StudyOptions
        {
            Space = spec.Space,
            Sampler = spec.Sampler,
            Seed = spec.Seed,
            Budget = new() { Trials = 9 },
            MaxResource = 30,
        };
        foreach (var (place, @event) in events.Index())
        {
            if (@event is TrialAsked asked)
                Assert.Equal(asked.Configuration, Study.Restore(options, events.Take(place)).Ask()!.Configuration);
        }

        Assert.NotEmpty(await cluster.Client.ImportanceAsync("wine", stop));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_study_whose_callers_run_its_trials_gives_out_more_of_them_and_from_other_ranges()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        const string Line = """
            {"space": {"x": {"type": "float", "low": 0, "high": 1}}, "seed": 7, "budget": {"trials": 2}}
            """;
        await cluster.Client.MakeAsync("line", Line, stop);
        foreach (var trial in (await cluster.Client.AskAsync("line", 3, stop)).Trials)
            await cluster.Client.TellAsync("line", trial.Trial, new TellRequest(Value: 1), stop);
        var change = new StudyChange
        {
            Trials = 5,
            Ranges = ImmutableSortedDictionary<string, ParameterRange>.Empty.Add("x", ValueText.ReadRange("3..4")),
        };

        var view = await cluster.Client.ChangeAsync("line", change, stop);
        cluster.KillScheduler();
        await cluster.StartSchedulerAsync(stop);
        await cluster.Client.MakeAsync("line", Line, stop); // the same text again changes nothing

        Assert.Equal((5, "float 3..4"), (view.Budget, view.Ranges!["x"]));
        var asked = await cluster.Client.AskAsync("line", 9, stop);
        Assert.Equal((3, true), (asked.Trials.Length, asked.IsOver));
        Assert.All(asked.Trials, trial => Assert.InRange(trial.Parameters["x"].GetDouble(), 3, 4));
        Assert.Equal(5, (await cluster.Client.StudyAsync("line", stop)).Budget);
        foreach (var refused in new StudyChange[] { new() { Steps = 5 }, new() { Quota = 1 }, new() })
            Assert.Equal("request-invalid", await CodeAsync(cluster, "line", refused));
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
