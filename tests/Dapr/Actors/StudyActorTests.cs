using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using TuneGraph.Scheduler;
using TuneGraph.Search;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Dapr;

/// <summary>A study's turns behind sidecars, whose placement moves it to and fro in the middle of them.</summary>
public sealed class StudyActorTests
{
    private const int LimitMilliseconds = 600_000;
    private const int Clients = 8;
    private const int BetweenMoves = 25;
    private const string Line = """
        {"space": {"x": {"type": "float", "low": -5, "high": 5}}, "sampler": "tpe", "seed": 7}
        """;

    // Asks and tells together; docs/benchmarks.md has the number for 10,000.
    private static int Turns =>
        int.TryParse(Environment.GetEnvironmentVariable("TUNEGRAPH_ACTOR_TURNS"), out var turns) ? turns : 400;

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Turns_of_eight_clients_under_rebalances_leave_the_log_of_one_owner(bool inDatabase)
    {
        await using var hosts = await ActorHosts.StartAsync(3, inDatabase: inDatabase);
        using var api = hosts.Client();
        await api.MakeAsync("line", Line, TestContext.Current.CancellationToken);
        var given = new ConcurrentDictionary<int, double>();
        var (left, done, refused) = (Turns / 2, 0, 0);
        async Task<T> PersistAsync<T>(Func<Task<T>> turn)
        {
            while (true)
            {
                try
                {
                    var answer = await turn();
                    if (Interlocked.Increment(ref done) % BetweenMoves == 0)
                        await hosts.Placement.RebalanceAsync();
                    return answer;
                }
                catch (Exception e) when (e is global::Dapr.DaprException or HttpRequestException
                    or OperationCanceledException)
                {
                    Interlocked.Increment(ref refused);
                }
            }
        }

        async Task WorkAsync(int client)
        {
            var study = hosts.Actor(nameof(StudyActor), "line", client % 3);
            while (Interlocked.Decrement(ref left) >= 0)
            {
                var key = Guid.NewGuid().ToString("N");
                var asked = await PersistAsync(() =>
                    study.InvokeMethodAsync<StudyAsk, AskedTrials>("AskAsync", new StudyAsk(1, key)));
                var trial = asked.Trials.Single();
                var x = trial.Parameters["x"].GetDouble();
                Assert.True(given.TryAdd(trial.Trial, x * x), $"Trial {trial.Trial} was given to two.");
                await PersistAsync(() => study.InvokeMethodAsync<StudyTell, TrialView>(
                    "TellAsync", new StudyTell(trial.Trial, new TellRequest(Value: x * x))));
            }
        }

        var start = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(() => WorkAsync(client))));
        var seconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;

        var log = Log(hosts.Folder, hosts.Postgres);
        Assert.Equal(Enumerable.Range(0, Turns / 2), given.Keys.Order());
        Assert.Equal(Turns, log.Length);
        var told = log.Select(logged => logged.Event).OfType<TrialTold>().ToDictionary(t => t.Number, t => t.Values[0]);
        Assert.Equal(given.OrderBy(pair => pair.Key), told.OrderBy(pair => pair.Key));
        Assert.Equal(await OfOneOwnerAsync(log), log.Select(Text));
        TestContext.Current.SendDiagnosticMessage(string.Create(
            CultureInfo.InvariantCulture,
            $"{Turns} turns in {seconds:0.0} s, {hosts.Placement.Moves} moves, {refused} turns refused and repeated"));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Turns_in_process_and_behind_a_sidecar_are_the_same_turns()
    {
        await using var hosts = await ActorHosts.StartAsync(1);
        using var api = hosts.Client();
        await api.MakeAsync("line", Line, TestContext.Current.CancellationToken);
        foreach (var isBehindSidecar in new[] { false, true })
        {
            var left = Turns / 2;
            async Task WorkAsync()
            {
                IStudyActor study = isBehindSidecar
                    ? hosts.Actor<IStudyActor>(nameof(StudyActor), "line")
                    : Turn(hosts, 0);
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    var trial = (await study.AskAsync(new StudyAsk(1, Guid.NewGuid().ToString("N")))).Trials.Single();
                    await study.TellAsync(new StudyTell(trial.Trial, new TellRequest(Value: trial.Trial)));
                }
            }

            var start = TimeProvider.System.GetTimestamp();
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(WorkAsync)));
            var rate = Turns / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
            TestContext.Current.SendDiagnosticMessage(string.Create(
                CultureInfo.InvariantCulture,
                $"{Turns} turns {(isBehindSidecar ? "behind a sidecar" : "in process")}: {rate:0} a second"));
        }

        var told = Log(hosts.Folder, postgres: null).Select(logged => logged.Event).OfType<TrialTold>().ToList();
        Assert.Equal(Enumerable.Range(0, Turns), told.Select(one => one.Number).Order());
        Assert.All(told, one => Assert.Equal(one.Number, one.Values[0]));
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_activation_that_was_replaced_cannot_write(bool inDatabase)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var hosts = await ActorHosts.StartAsync(1, inDatabase: inDatabase);
        using var api = hosts.Client();
        await api.MakeAsync("line", Line, stop);
        // Their clock stands still: neither finds out by itself, in between, that it was replaced.
        await using var studies = Still(hosts);
        await using var others = Still(hosts);
        var (old, @new) = (Turn(hosts, studies), Turn(hosts, others));

        Assert.Equal(0, (await old.AskAsync(new StudyAsk(1, null))).Trials.Single().Trial);
        Assert.Equal(1, (await @new.AskAsync(new StudyAsk(1, null))).Trials.Single().Trial);

        var error = await Assert.ThrowsAsync<StoreException>(() => old.AskAsync(new StudyAsk(1, null)));
        Assert.Contains("line", error.Message, StringComparison.Ordinal);
        // The same call, repeated where the study lives now: nothing was given twice, and nothing was left out.
        Assert.Equal(2, (await @new.AskAsync(new StudyAsk(1, null))).Trials.Single().Trial);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_repeated_turn_gets_the_first_answer_and_a_refused_one_its_reason()
    {
        await using var hosts = await ActorHosts.StartAsync(1);
        using var api = hosts.Client();
        await api.MakeAsync("line", Line, TestContext.Current.CancellationToken);
        foreach (var study in new[] { Turn(hosts, 0), hosts.Actor<IStudyActor>(nameof(StudyActor), "line") })
        {
            var first = await study.AskAsync(new StudyAsk(2, "once"));
            Assert.Equal([0, 1], first.Trials.Select(trial => trial.Trial));
            Assert.False(first.IsOver);
            Assert.True((await study.DecideAsync(new StudyStep(0, new StepRequest(1, 0.5)))).GoOn);
            var end = new StudyTell(1, new TellRequest("failed", Reason: "it broke"));
            Assert.Equal("failed", (await study.TellAsync(end)).State);
            Assert.Equal("it broke", (await study.TellAsync(end)).Reason);
            var error = await Assert.ThrowsAnyAsync<Exception>(
                () => study.TellAsync(new StudyTell(99, new TellRequest("failed"))));
            // The SDK's typed calls tell the kind of an error only; plain ones get the refusal's text.
            Assert.Contains(nameof(FleetException), error.GetType().Name + error.Message, StringComparison.Ordinal);
        }

        var refused = await Assert.ThrowsAnyAsync<Exception>(() => hosts
            .Actor(nameof(StudyActor), "line")
            .InvokeMethodAsync<StudyTell, TrialView>("TellAsync", new StudyTell(99, new TellRequest("failed"))));
        Assert.Contains("has no trial 99.", refused.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("app's", null)]
    [InlineData("app's", "other")]
    [InlineData(null, "app's")]
    public async Task Who_calls_an_actor_without_the_sidecars_token_is_told_its_variable(string? expected, string? said)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var hosts = await ActorHosts.StartAsync(1, appToken: expected);
        using var http = new HttpClient();
        if (said is not null)
            http.DefaultRequestHeaders.Add("dapr-api-token", said);
        using var answer = await http.PutAsync(
            new Uri(hosts.Addresses[0], "/actors/StudyActor/line/method/AskAsync"), new StringContent("{}"), stop);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Contains("APP_API_TOKEN", await answer.Content.ReadAsStringAsync(stop), StringComparison.Ordinal);
    }

    private static AskedStudies Still(ActorHosts hosts)
    {
        var time = new FakeTimeProvider();
        return new AskedStudies(hosts.Folder, new StudyShelf(hosts.Postgres, time), time) { Term = TimeSpan.Zero };
    }

    private static StudyTurns Turn(ActorHosts hosts, AskedStudies studies) =>
        new("line", new AllStudies(hosts.Service<ScheduledStudies>(), studies, hosts.Service<StudyShelf>()));

    private static StudyTurns Turn(ActorHosts hosts, int host) => new("line", hosts.Service<AllStudies>(host));

    private static ImmutableArray<LoggedEvent> Log(string folder, string? postgres)
    {
        using var shelf = new StudyShelf(postgres, TimeProvider.System);
        return shelf.Load(Path.Combine(folder, "studies", "line"), "line")!.Log;
    }

    private static string Text(LoggedEvent logged) =>
        StudyEventJson.Write(new FeedEvent(0, logged.Event, logged.Metrics, null));

    // The same words in the same order to a study that nobody moves.
    private static async Task<IEnumerable<string>> OfOneOwnerAsync(ImmutableArray<LoggedEvent> log)
    {
        using var folder = new TemporaryFolder();
        using var shelf = new StudyShelf(null, TimeProvider.System);
        await using (var studies = new AskedStudies(folder.Path, shelf, TimeProvider.System))
        {
            var (study, _) = studies.Make("line", Line);
            foreach (var logged in log)
            {
                await study.DoAsync<object>(ledger => logged.Event is TrialTold told
                    ? ledger.Tell(told.Number, new TellRequest(Value: told.Values[0]))
                    : ledger.Ask(1, null));
            }
        }

        return [.. Log(folder.Path, postgres: null).Select(Text)];
    }
}
