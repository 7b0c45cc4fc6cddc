using System.Net;
using System.Text.Json;
using TuneGraph.Dashboard;
using TuneGraph.Search;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Dashboard;

public sealed class DashboardServerTests : IDisposable
{
    private const string Secret = "a secret of some length";

    private static readonly Uri _anyPort = new("http://127.0.0.1:0");

    private readonly SampleStudy _sample = new(trials: 40);
    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _sample.Dispose();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/studies/sample")]
    [InlineData("/studies/sample/analysis")]
    [InlineData("/studies/sample/trials")]
    [InlineData("/studies/sample/trials/7")]
    [InlineData("/studies/sample/compare?trials=1,2")]
    [InlineData("/studies/sample/what-if")]
    [InlineData("/studies/sample/enqueue?from=7")]
    [InlineData("/studies/sample/graph")]
    [InlineData("/studies/sample/events?level=error&trial=3&text=memory")]
    [InlineData("/system")]
    [InlineData("/submit")]
    [InlineData("/studies/sample/workers")]
    [InlineData("/studies/sample/events")]
    [InlineData("/studies/sample/definition")]
    public async Task Every_page_is_there_and_runs_no_script_but_ours(string path)
    {
        await using var server = await StartAsync();

        using var answer = await _http.GetAsync(new Uri(server.Address, path), Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("script-src 'self';", answer.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal);
        var page = await answer.Content.ReadAsStringAsync(Stop);
        Assert.DoesNotContain("<script>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>lion</b>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/studies/nothing")]
    [InlineData("/studies/sample/trials/40")]
    [InlineData("/data/nothing/columns")]
    [InlineData("/assets/nothing.js")]
    public async Task What_is_not_there_is_not_found(string path)
    {
        await using var server = await StartAsync();

        using var answer = await _http.GetAsync(new Uri(server.Address, path), Stop);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task The_columns_are_what_the_store_holds()
    {
        await using var server = await StartAsync();

        using var columns = await JsonAsync(server, "/data/sample/columns");

        var trials = TrialSummary.From(_sample.Store.Load("sample")!);
        var root = columns.RootElement;
        Assert.Equal(trials.Select(t => t.Value), Numbers(root.GetProperty("values")[0]));
        Assert.Equal(trials.Select(t => t.State.ToString()), Texts(root.GetProperty("status")));
        Assert.Equal(trials.Select(t => (double?)t.Steps), Numbers(root.GetProperty("steps")));
        Assert.Equal(
            trials.Select(t => (double?)t.Configuration["lr"].AsFloat()), Numbers(root.GetProperty("parameters")[0]));
        var choices = root.GetProperty("axes")[2].GetProperty("choices");
        Assert.Equal(
            trials.Select(t => t.Configuration["optimizer"].AsText()),
            Numbers(root.GetProperty("parameters")[2]).Select(i => choices[(int)i!].GetString()));
    }

    [Fact]
    public async Task Columns_that_have_not_changed_are_not_sent_again()
    {
        await using var server = await StartAsync();
        using var first = await _http.GetAsync(new Uri(server.Address, "/data/sample/columns"), Stop);
        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/data/sample/columns"));
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);

        using var second = await _http.SendAsync(again, Stop);

        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task The_bound_of_the_regret_is_that_of_the_terminator_after_the_same_trials()
    {
        await using var server = await StartAsync();
        var completed = TrialSummary.From(_sample.Store.Load("sample")!)
            .Where(trial => trial.State == TrialState.Completed)
            .Select(trial => new Evaluation(trial.Number, trial.Configuration, trial.Value!.Value)).ToList();

        using var bounds = await JsonAsync(server, "/data/sample/regret");

        var pairs = Numbers(bounds.RootElement).Chunk(2).ToList();
        Assert.Equal(10, pairs.Count);
        Assert.Equal(completed[3].Number, pairs[0][0]);
        Assert.Equal(completed[^1].Number, pairs[^1][0]);
        Assert.Equal(
            RegretTerminator.Regret(new SearchSpace([.. SampleStudy.Space]), completed, Direction.Minimize, 1),
            pairs[^1][1]);
    }

    [Fact]
    public async Task What_shared_steps_saved_is_told_on_the_overview()
    {
        await using var server = await StartAsync();
        _sample.Store.Commit(
            "sample",
            [
                new TaskChanged(new StoredTask("t", "train", 0, "Succeeded")), new AttemptStarted("t", 1, 0, "w", 1),
                new AttemptEnded("t", 1, AttemptState.Succeeded, null),
                new SegmentShared(new StoredShare("t", 1, 3, 6)),
            ]);

        var page = await _http.GetStringAsync(new Uri(server.Address, "/studies/sample"), Stop);

        Assert.Contains("3 steps were taken over from trials that begin alike", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_happens_is_sent_to_whoever_looks_and_only_what_is_new()
    {
        await using var server = await StartAsync();
        var revision = _sample.Store.Load("sample")!.Log.Length;
        await using var stream = await _http.GetStreamAsync(
            new Uri(server.Address, $"/data/sample/live?after={revision}"), Stop);
        using var reader = new StreamReader(stream);
        _ = await NextAsync(reader);        // how the study stands now

        _sample.Add(new TrialAsked(40, Configuration.Of(("lr", 1e-3))), new StepReported(40, 1, 0.25));

        using var news = JsonDocument.Parse(await NextAsync(reader));
        Assert.Equal([40.0], Numbers(news.RootElement.GetProperty("number")));
        Assert.Equal([0.25], Numbers(news.RootElement.GetProperty("values")[0]));
        Assert.Equal(revision + 2, news.RootElement.GetProperty("revision").GetInt32());
    }

    [Fact]
    public async Task With_a_token_only_those_who_know_it_may_look()
    {
        await using var server = await StartAsync(Secret);
        using var stranger = await _http.GetAsync(server.Address, Stop);
        using var wrong = await _http.GetAsync(new Uri(server.Address, "/?token=another secret of that size"), Stop);
        using var once = await _http.GetAsync(new Uri(server.Address, "/?token=" + Secret), Stop);
        using var bearer = new HttpRequestMessage(HttpMethod.Get, server.Address);
        bearer.Headers.Authorization = new("Bearer", Secret);
        using var known = await _http.SendAsync(bearer, Stop);

        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, once.StatusCode);
        Assert.Contains("httponly", once.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
    }

    [Fact]
    public async Task A_name_of_somebody_else_that_points_here_is_refused()
    {
        await using var server = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Address);
        request.Headers.Host = "evil.example:80";

        using var answer = await _http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
    }

    [Theory]
    [InlineData("http://0.0.0.0:5812", null, "can be reached from other machines")]
    [InlineData("http://0.0.0.0:5812", "short", "has 5 characters")]
    [InlineData("http://gpu-7:5812", Secret, "give one http URL")]
    [InlineData("nowhere", null, "give one http URL")]
    public void An_address_that_would_not_be_safe_is_refused(string address, string? token, string why)
    {
        var options = new DashboardOptions("runs", new Uri(address, UriKind.RelativeOrAbsolute), token);

        Assert.Contains(why, options.Fault!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_show_is_told_with_what_would_be()
    {
        var error = await Assert.ThrowsAsync<StoreException>(() =>
            DashboardServer.StartAsync(new DashboardOptions("/nowhere", _anyPort), cancellationToken: Stop));

        Assert.Contains("nothing at '/nowhere'; name a study file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_study_that_begins_later_appears()
    {
        using var later = new TemporaryFolder();
        await using var server = await DashboardServer.StartAsync(
            new DashboardOptions(later["new"], _anyPort) { Waits = true }, cancellationToken: Stop);
        Assert.Contains("no study", await _http.GetStringAsync(server.Address, Stop), StringComparison.Ordinal);

        using var store = SqliteStudyStore.Open(StudyFolder.StorePath(later["new"]));
        store.Create(new StudyDefinition("late", "m", Direction.Minimize, "tpe", "none", 0, 1, "", false, ""));

        Assert.Contains("/studies/late", await _http.GetStringAsync(server.Address, Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_is_searched_by_level_trial_and_text()
    {
        await using var server = await StartAsync();
        async Task<int> LinesAsync(string query) =>
            (await _http.GetStringAsync(new Uri(server.Address, "/studies/sample/events?" + query), Stop))
                .Split("class=\"time\"").Length - 1;

        Assert.Equal(80, await LinesAsync(""));
        Assert.Equal(4, await LinesAsync("level=error"));
        Assert.Equal(1, await LinesAsync("level=error&trial=13"));
        Assert.Equal(4, await LinesAsync("text=OUT+of+memory"));
        Assert.Equal(0, await LinesAsync("level=warning&text=rung"));
    }

    [Fact]
    public async Task A_graph_of_twenty_thousand_tasks_is_a_few_boxes_and_a_page_of_tasks()
    {
        for (var batch = 0; batch < 20; batch++)
        {
            _sample.Store.Commit(
                "sample",
                [
                    .. Enumerable.Range(batch * 1000, 1000).Select(i =>
                        new TaskChanged(
                            new StoredTask($"train-{i:D5}", "train", i % 40, i < 19_000 ? "Succeeded" : "Waiting"))),
                ]);
        }

        await using var server = await StartAsync();

        var page = await _http.GetStringAsync(new Uri(server.Address, "/studies/sample/graph?state=Waiting"), Stop);

        Assert.Contains("20000 tasks, 19000 done", page, StringComparison.Ordinal);
        Assert.Contains("1 to 100 of 1000.", page, StringComparison.Ordinal);
        Assert.InRange(page.Length, 20_000, 100_000);
    }

    [Fact]
    public async Task Another_pruner_is_replayed_on_the_log_of_the_store()
    {
        await using var server = await StartAsync();

        using var none = await JsonAsync(server, "/data/sample/replay?pruner=none");
        using var median = await JsonAsync(server, "/data/sample/replay?pruner=median&startupTrials=1");
        using var wrong = await _http.GetAsync(
            new Uri(server.Address, "/data/sample/replay?pruner=asha&reduction=1"), Stop);

        Assert.Equal((40 * 3, 0), (none.RootElement.GetProperty("stepsRun").GetInt32(),
            none.RootElement.GetProperty("stopped").GetInt32()));
        Assert.InRange(median.RootElement.GetProperty("stopped").GetInt32(), 1, 39);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("ReductionFactor", await wrong.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
    }

    private Task<DashboardServer> StartAsync(string? token = null) =>
        DashboardServer.StartAsync(new DashboardOptions(_sample.Runs, _anyPort, token), cancellationToken: Stop);

    private async Task<JsonDocument> JsonAsync(DashboardServer server, string path) =>
        JsonDocument.Parse(await _http.GetStringAsync(new Uri(server.Address, path), Stop));

    private static async Task<string> NextAsync(StreamReader reader)
    {
        const string Data = "data: ";
        while (await reader.ReadLineAsync(Stop) is { } line)
        {
            if (line.StartsWith(Data, StringComparison.Ordinal))
                return line[Data.Length..];
        }

        throw new InvalidDataException("The stream ended.");
    }

    private static IEnumerable<double?> Numbers(JsonElement array) =>
        array.EnumerateArray().Select(cell => cell.ValueKind == JsonValueKind.Null ? (double?)null : cell.GetDouble());

    private static IEnumerable<string?> Texts(JsonElement array) =>
        array.EnumerateArray().Select(cell => cell.GetString());
}
