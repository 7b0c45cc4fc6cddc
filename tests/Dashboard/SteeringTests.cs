using System.Net;
using System.Text.RegularExpressions;
using TuneGraph.Dashboard;
using TuneGraph.Tests.Hosts;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Dashboard;

/// <summary>What may be steered from a page, by whom, and what comes of it.</summary>
public sealed partial class SteeringTests : IDisposable
{
    private const string Secret = "a secret of some length";
    private const string Readers = "what the readers know";

    private static readonly Uri _anyPort = new("http://127.0.0.1:0");

    private readonly TemporaryFolder _folder = new();
    private string _lastForm = "";
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_run_of_this_process_tries_what_it_is_given_and_is_stopped()
    {
        var control = new SweepControl();
        var begun = new TaskCompletionSource();
        var sweep = FleetSweep.Write(_folder["wine.yaml"], trials: 4, epochs: 1_000_000);
        var run = new SweepRunner(
            SweepFile.Load(sweep) with { OutputFolder = _folder["wine"] },
            new SweepRunOptions { Control = control, Progress = new FirstStep(begun) }).RunAsync();
        await begun.Task.WaitAsync(Stop);
        await using var server = await StartAsync(options => options with { Control = control });

        using var given = await OrderAsync(
            server, "/studies/wine/enqueue", "enqueue", ("p.width", "16"), ("p.lr", "0.005"));
        using var stopped = await OrderAsync(server, "/studies/wine", "stop");

        Assert.Contains("It is tried as trial ", await FollowAsync(server, given), StringComparison.Ordinal);
        Assert.Contains("It stops: its trials end", await FollowAsync(server, stopped), StringComparison.Ordinal);
        var result = await run.WaitAsync(Stop);
        Assert.Equal((SweepOutcome.Interrupted, "stopped from the page"), (result.Outcome, result.Reason));
        Assert.Contains(result.Trials, trial => trial.Configuration["width"].AsInt() == 16);
        using var late = await OrderAsync(server, "/studies/wine", "stop", mayLackForm: true);
        Assert.Contains("Nothing runs any more", await FollowAsync(server, late), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_that_did_not_come_from_the_page_is_refused()
    {
        using var sample = new SampleStudy(trials: 3);
        await using var server = await StartAsync(
            options => options with { Place = sample.Runs, Control = new SweepControl() });
        using var bare = new FormUrlEncodedContent([]);

        using var answer = await _http.PostAsync(new Uri(server.Address, "/studies/sample/orders/stop"), bare, Stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("did not come from a page", await answer.Content.ReadAsStringAsync(Stop),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Readers, false, "You may look and not steer")]
    [InlineData(Secret, true, "started to be read only")]
    public async Task Who_may_only_look_is_told_so_and_refused(string token, bool isReadOnly, string why)
    {
        using var sample = new SampleStudy(trials: 3);
        await using var server = await StartAsync(options => options with
        {
            Place = sample.Runs,
            Token = Secret,
            ReaderToken = Readers,
            IsReadOnly = isReadOnly,
            Control = new SweepControl(),
        });
        _http.DefaultRequestHeaders.Authorization = new("Bearer", token);

        var page = await _http.GetStringAsync(new Uri(server.Address, "/studies/sample"), Stop);
        using var bare = new FormUrlEncodedContent([]);
        using var answer = await _http.PostAsync(new Uri(server.Address, "/studies/sample/orders/stop"), bare, Stop);

        Assert.Contains(why, page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task A_page_that_only_reads_files_says_where_to_steer()
    {
        using var sample = new SampleStudy(trials: 3);
        await using var server = await StartAsync(options => options with { Place = sample.Runs });

        var page = await _http.GetStringAsync(new Uri(server.Address, "/studies/sample"), Stop);

        Assert.Contains("tunegraph serve --dashboard", page, StringComparison.Ordinal);
        Assert.DoesNotContain("/orders/", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_token_of_readers_needs_another_one_for_those_who_steer()
    {
        var alone = new DashboardOptions("runs", _anyPort) { ReaderToken = Readers };

        Assert.Contains("set TUNEGRAPH_TOKEN to another secret", alone.Fault!, StringComparison.Ordinal);
        Assert.Null((alone with { Token = Secret }).Fault);
        Assert.NotNull((alone with { Token = Readers }).Fault);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_study_of_a_scheduler_is_paused_resumed_and_given_trials()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 4, epochs: 30);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.UntilAsync(
            async () => (await cluster.Client.StudyAsync("wine", stop)).Waiting is not null, stop);
        await using var server = await StartAsync(options => options with
        {
            Place = cluster.PathOf("data/studies"),
            Schedulers = [cluster.Address],
        });

        using var paused = await OrderAsync(server, "/studies/wine", "pause");

        Assert.Contains("It pauses", await FollowAsync(server, paused), StringComparison.Ordinal);
        var ended = await cluster.EndAsync("wine", stop);
        Assert.Equal(("interrupted", "paused by request"), (ended.State, ended.Reason));
        var page = await _http.GetStringAsync(new Uri(server.Address, "/studies/wine"), stop);
        Assert.Contains($"tunegraph resume wine --server http://127.0.0.1:{cluster.Address.Port}", page,
            StringComparison.Ordinal);
        using var resumed = await OrderAsync(server, "/studies/wine", "resume");
        await cluster.UntilAsync(
            async () => (await cluster.Client.StudyAsync("wine", stop)).State == "running", stop);
        using var wrong = await OrderAsync(
            server, "/studies/wine/enqueue", "enqueue", ("p.width", "64"), ("p.lr", "0.005"));
        Assert.Contains("&#x27;width&#x27; is &#x27;64&#x27;; allowed is", await FollowAsync(server, wrong),
            StringComparison.Ordinal);
        using var given = await OrderAsync(
            server, "/studies/wine/enqueue?from=0", "enqueue", ("p.width", "16"), ("p.lr", "0.005"));
        Assert.Contains("It is tried as trial ", await FollowAsync(server, given), StringComparison.Ordinal);
        var tried = (await cluster.Client.TrialsAsync("wine", stop))[^1];
        Assert.Equal((16, 0.005),
            (tried.Parameters["width"].GetInt32(), tried.Parameters["lr"].GetDouble()));
        using var again = await OrderAsync(server, "/studies/wine/trials/0", "retry");
        Assert.Contains("It is tried as trial ", await FollowAsync(server, again), StringComparison.Ordinal);
        using var more = await OrderAsync(server, "/studies/wine", "change", ("trials", "9"), ("steps", ""));
        Assert.Contains("It may have 9 trials now", await FollowAsync(server, more), StringComparison.Ordinal);
        using var bad = await OrderAsync(server, "/studies/wine", "change", ("trials", "many"));
        Assert.Contains("write a number", await FollowAsync(server, bad), StringComparison.Ordinal);
        cluster.StartWorker("tower");
        await cluster.UntilAsync(async () => (await cluster.Client.WorkersAsync(stop)).Length == 1, stop);
        var system = await _http.GetStringAsync(new Uri(server.Address, "/system"), stop);
        Assert.Contains($"tunegraph drain tower --server http://127.0.0.1:{cluster.Address.Port}", system,
            StringComparison.Ordinal);
        using var form = new FormUrlEncodedContent(
            [new("__RequestVerificationToken", Token().Match(system).Groups[1].Value), new("worker", "tower")]);
        using var drained = await _http.PostAsync(new Uri(server.Address, "/workers/drain"), form, stop);
        Assert.Contains("takes nothing new", await FollowAsync(server, drained), StringComparison.Ordinal);
        Assert.Equal("leaving", Assert.Single(await cluster.Client.WorkersAsync(stop)).State);
    }

    private Task<DashboardServer> StartAsync(Func<DashboardOptions, DashboardOptions> with) =>
        DashboardServer.StartAsync(with(new DashboardOptions(_folder.Path, _anyPort)), cancellationToken: Stop);

    // Presses a button: loads its page, and sends the form with that verb.
    private async Task<HttpResponseMessage> OrderAsync(
        DashboardServer server, string path, string verb, params (string Name, string Value)[] fields) =>
        await OrderAsync(server, path, verb, mayLackForm: false, fields);

    private async Task<HttpResponseMessage> OrderAsync(
        DashboardServer server,
        string path,
        string verb,
        bool mayLackForm,
        params (string Name, string Value)[] fields)
    {
        var page = await _http.GetStringAsync(new Uri(server.Address, path), Stop);
        var study = path.Split('/')[2];
        if (!page.Contains($"/studies/{study}/orders/{verb}\"", StringComparison.Ordinal))
        {
            // The button is gone with the run; an old page in a browser still has it.
            Assert.True(mayLackForm, page);
            page = _lastForm;
        }

        _lastForm = page;
        var token = Token().Match(page).Groups[1].Value;
        var sent = fields.Select(field => KeyValuePair.Create(field.Name, field.Value))
            .Append(KeyValuePair.Create("__RequestVerificationToken", token))
            .Append(KeyValuePair.Create("trial", "0"));
        using var form = new FormUrlEncodedContent(sent);
        return await _http.PostAsync(new Uri(server.Address, $"/studies/{study}/orders/{verb}"), form, Stop);
    }

    private Task<string> FollowAsync(DashboardServer server, HttpResponseMessage answer) =>
        _http.GetStringAsync(new Uri(server.Address, answer.Headers.Location!.ToString()), Stop);

    private sealed class FirstStep(TaskCompletionSource begun) : IProgress<SweepEvent>
    {
        public void Report(SweepEvent value)
        {
            if (value is TrialStepped)
                begun.TrySetResult();
        }
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
