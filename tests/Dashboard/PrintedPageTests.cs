using System.Net;
using Microsoft.Playwright;
using TuneGraph.Dashboard;
using TuneGraph.Search;

namespace TuneGraph.Tests.Dashboard;

/// <summary>What trials print, on their pages and on that of the log.</summary>
public sealed class PrintedPageTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private const int LimitMilliseconds = 300_000;
    private const string Script = "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>";

    private readonly SampleStudy _sample = new(trials: 3);
    private readonly HttpClient _http = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _sample.Dispose();
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task The_page_of_a_trial_follows_what_it_prints_and_takes_none_of_it_for_markup()
    {
        await using var server = await StartAsync(TestContext.Current.CancellationToken);
        Run(3);
        Print(3, 0, false, "reading data", Script);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(new Uri(server.Address, "/studies/sample/trials/3").ToString());
        await page.Locator("#study[data-ready=true]").WaitForAsync();
        await Assertions.Expect(page.Locator("#printed")).ToContainTextAsync(Script);

        Print(3, 1, true, "CUDA error: <b>out of memory</b>");
        await Assertions.Expect(page.Locator("#printed li.p-Error"))
            .ToContainTextAsync("rank 1CUDA error: <b>out of memory</b>");
        _sample.Store.Commit(
            "sample",
            [
                new EventLogged(new StepReported(3, 1, 0.25)),
                new AttemptEnded("train-c", 1, AttemptState.Lost, "the process of trial 3 on 'w1' ended: signal 9"),
            ]);
        await Assertions.Expect(page.Locator("#printed li").Last)
            .ToContainTextAsync("was lost: the process of trial 3");
        await Assertions.Expect(page.Locator("#printed li.p-Step")).ToContainTextAsync("step 1: val_loss 0.25");

        Assert.Equal(0, await page.EvaluateAsync<int>("() => window.hacked ?? 0"));
        Assert.Equal(0, await page.Locator("#printed img, #printed script, #printed b").CountAsync());
        await page.CloseAsync();
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task The_log_of_a_study_is_searched_through_what_trials_printed()
    {
        await using var server = await StartAsync(TestContext.Current.CancellationToken);
        Run(3);
        Print(3, 1, true, Script, "100 % of the disk");
        Print(3, 0, false, "all is well");
        var page = await browser.NewPageAsync();
        await page.GotoAsync(new Uri(server.Address, "/studies/sample/events").ToString());

        await page.FillAsync("#filter", "OF THE DISK");
        await page.ClickAsync("form.filterbar button");

        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("tbody tr")).ToContainTextAsync("w1 rank 1 stderr100 % of the disk");
        await page.GotoAsync(new Uri(server.Address, "/studies/sample/events?what=printed").ToString());
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(3);
        await page.GotoAsync(new Uri(server.Address, "/studies/sample/events?what=happened&text=disk").ToString());
        await Assertions.Expect(page.Locator("tbody tr")).ToHaveCountAsync(0);
        Assert.Equal(0, await page.EvaluateAsync<int>("() => window.hacked ?? 0"));
        await page.CloseAsync();
    }

    [Fact]
    public async Task The_whole_log_comes_as_a_file_of_text_that_no_browser_opens()
    {
        await using var server = await StartAsync();
        Run(3);
        Print(3, 0, false, [.. Enumerable.Range(0, 700).Select(i => $"line {i}")]);
        Print(3, null, true, Script);
        _sample.Store.Commit("sample", [new AttemptEnded("train-c", 1, AttemptState.Failed, "out of luck")]);

        using var file = await _http.GetAsync(new Uri(server.Address, "/studies/sample/trials/3/log.txt"), Stop);
        var lines = (await file.Content.ReadAsStringAsync(Stop)).TrimEnd().Split('\n');
        var page = WebUtility.HtmlDecode(
            await _http.GetStringAsync(new Uri(server.Address, "/studies/sample/trials/3"), Stop));

        Assert.Equal("text/plain", file.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment", file.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal(1 + 700 + 1 + 1, lines.Length);
        Assert.EndsWith(" mark: attempt 1 at train-c on w1 with 2 ranks began", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(" rank 0 out: line 0", lines[1], StringComparison.Ordinal);
        Assert.EndsWith($" - error: {Script}", lines[^2], StringComparison.Ordinal);
        Assert.EndsWith(" fault: attempt 1 at train-c failed: out of luck", lines[^1], StringComparison.Ordinal);
        Assert.Contains("The newest 500 lines", page, StringComparison.Ordinal);
        Assert.DoesNotContain("line 100<", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_is_narrowed_to_an_attempt_a_rank_and_a_text()
    {
        await using var server = await StartAsync();
        Run(3);
        Print(3, 0, false, "first of rank 0");
        Print(3, 1, false, "first of rank 1");
        _sample.Store.Commit("sample", [new AttemptStarted("train-c", 2, 3, "w2", 2)]);
        Print(3, 1, true, "second of rank 1");

        Assert.Equal(["second of rank 1"], await TextsAsync(server, "attempt=2&rank=1"));
        Assert.Equal(["first of rank 1", "second of rank 1"], await TextsAsync(server, "rank=1"));
        Assert.Equal(["second of rank 1"], await TextsAsync(server, "errors=on"));
        Assert.Equal(["first of rank 0"], await TextsAsync(server, "text=RANK%200"));
        Assert.Equal(5, (await TextsAsync(server, "")).Length);
        using var absent = await _http.GetAsync(new Uri(server.Address, "/studies/nobody/trials/0/log.txt"), Stop);
        Assert.Equal(HttpStatusCode.NotFound, absent.StatusCode);
    }

    private async Task<string[]> TextsAsync(DashboardServer server, string query)
    {
        using var news = System.Text.Json.JsonDocument.Parse(
            await _http.GetStringAsync(new Uri(server.Address, $"/data/sample/printed/3?{query}"), Stop));
        return [.. news.RootElement.GetProperty("entries").EnumerateArray()
            .Select(entry => entry.GetProperty("text").GetString()!)];
    }

    private void Run(int trial)
    {
        _sample.Add(new TrialAsked(trial, Configuration.Of(("lr", 0.1))));
        _sample.Store.Commit("sample", [new AttemptStarted("train-c", 1, trial, "w1", 2)]);
    }

    private void Print(int trial, int? rank, bool isError, params IEnumerable<string> lines) =>
        _sample.Store.Commit(
            "sample",
            [new LinesPrinted("train-c", trial, [.. lines.Select(line => PrintedLine.Of(rank, isError, line))])]);

    private Task<DashboardServer> StartAsync(CancellationToken? stop = null) =>
        DashboardServer.StartAsync(
            new DashboardOptions(_sample.Runs, new Uri("http://127.0.0.1:0")), cancellationToken: stop ?? Stop);
}
