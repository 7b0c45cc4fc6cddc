using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TuneGraph.Dashboard;
using TuneGraph.Search;
using TuneGraph.Tests.Cli;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Dashboard;

/// <summary>The report in one file: it shows what the store holds, and needs nothing but itself.</summary>
public sealed class ReportTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private readonly SampleStudy _sample = new(trials: 60);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _sample.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(1400, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    public async Task A_report_opens_from_a_file_without_asking_anybody(int width, ColorScheme scheme)
    {
        var path = await WriteAsync();
        var page = await browser.NewPageAsync(width, scheme);
        await page.Context.SetOfflineAsync(true);
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (request.Url != new Uri(path).ToString())
                complaints.Add("asked " + request.Url);
        };

        await page.GotoAsync(new Uri(path).ToString());
        await Assertions.Expect(page.Locator("#filter-error")).ToBeEmptyAsync();
        await page.Locator("#study[data-ready=true]").WaitForAsync();

        Assert.Empty(complaints);
        var best = TrialSummary.Best(TrialSummary.From(_sample.Store.Load("sample")!), Direction.Minimize)!;
        Assert.Equal($"val_loss in trial {best.Number}", await page.TextContentAsync("#best-trial"));
        Assert.True(await page.Locator("#history canvas").CountAsync() > 0, "The history is not drawn.");
        await page.FillAsync("#filter", "state == failed");
        await Assertions.Expect(page.Locator("#matched")).ToContainTextAsync("6 of 60 trials");
        await page.FillAsync("#filter", "");
        var findings = (await page.RunAxe()).Violations.Where(v => v.Impact is "serious" or "critical");
        Assert.Empty(findings.Select(v => $"{v.Id}: {v.Help} {string.Join(" | ", v.Nodes.Select(n => n.Html))}"));
        var overflow = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
        Assert.True(overflow <= 0, $"The report is {overflow} pixels wider than the screen.");
        await page.CloseAsync();
    }

    [Fact]
    public async Task No_text_of_a_study_becomes_part_of_the_report_s_markup()
    {
        _sample.Add(
            new TrialAsked(60, Configuration.Of(("lr", 1e-3))),
            new TrialTold(60, TrialState.Failed, null, "</script><script>alert(1)</script>"));

        var report = await File.ReadAllTextAsync(await WriteAsync(), TestContext.Current.CancellationToken);

        Assert.DoesNotContain("alert(1)</script>", report, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>lion", report, StringComparison.Ordinal);
        Assert.DoesNotContain("/assets/", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_button_of_a_page_gives_the_same_file_as_the_command()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var server = await DashboardServer.StartAsync(
            new DashboardOptions(_sample.Runs, new Uri("http://127.0.0.1:0")), cancellationToken: stop);
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri(server.Address, "/studies/sample/report"), stop);

        Assert.Equal("attachment; filename=\"sample.html\"", answer.Content.Headers.ContentDisposition!.ToString());
        Assert.Equal(
            await File.ReadAllTextAsync(await WriteAsync(), stop), await answer.Content.ReadAsStringAsync(stop));
    }

    private async Task<string> WriteAsync()
    {
        var path = _folder["report.html"];
        var run = await Invocation.OfAsync("report", _sample.Folder, "--file", path);
        Assert.Equal((0, "", $"report: {path}\n"), (run.ExitCode, run.Error, run.Output));
        return path;
    }
}
