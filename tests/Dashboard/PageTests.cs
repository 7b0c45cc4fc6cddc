using System.Globalization;
using System.Text.RegularExpressions;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using TuneGraph.Dashboard;
using TuneGraph.Search;
using TuneGraph.Tests.Hosts;

namespace TuneGraph.Tests.Dashboard;

public sealed class PageTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private static readonly Uri _anyPort = new("http://127.0.0.1:0");

    private readonly SampleStudy _sample = Annotated();

    public static TheoryData<string, int, ColorScheme> Looks
    {
        get
        {
            var looks = new TheoryData<string, int, ColorScheme>();
            string[] paths =
            [
                "", "/analysis", "/trials", "/trials/8", "/what-if", "/enqueue?from=8", "/graph", "/workers", "/events",
                "/definition", "/../../system", "/../../submit",
            ];
            foreach (var path in paths)
            {
                looks.Add(path, 1400, ColorScheme.Light);
                looks.Add(path, 360, ColorScheme.Dark);
            }

            return looks;
        }
    }

    public void Dispose() => _sample.Dispose();

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task A_page_asks_no_other_host_breaks_no_rule_and_keeps_nobody_out(
        string path, int width, ColorScheme scheme)
    {
        await using var server = await StartAsync();
        var own = server.Address.ToString();
        var page = await browser.NewPageAsync(width, scheme);
        var complaints = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                complaints.Add(message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(own, StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                complaints.Add("asked " + request.Url);
        };

        await OpenAsync(page, server, path);

        Assert.Empty(complaints);
        var findings = (await page.RunAxe()).Violations.Where(v => v.Impact is "serious" or "critical");
        Assert.Empty(findings.Select(v => $"{v.Id}: {v.Help} {string.Join(" | ", v.Nodes.Select(n => n.Html))}"));
        var overflow = await page.EvaluateAsync<string[]>(
            """
            document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
                .filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML.slice(0, 150))
            """);
        Assert.Empty(overflow);
        await page.CloseAsync();
    }

    [Fact]
    public async Task The_figures_on_the_page_are_those_of_the_store()
    {
        await using var server = await StartAsync();
        var page = await browser.NewPageAsync();
        var best = TrialSummary.Best(TrialSummary.From(_sample.Store.Load("sample")!), Direction.Minimize)!;

        await OpenAsync(page, server, "");

        Assert.Equal(best.Value!.Value.ToString("G6", CultureInfo.InvariantCulture), await TextAsync(page, "#best"));
        Assert.Equal($"val_loss in trial {best.Number}", await TextAsync(page, "#best-trial"));
        Assert.Equal("60", await TextAsync(page, "#count"));
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_filter_holds_for_the_figures_and_stays_in_the_address()
    {
        await using var server = await StartAsync();
        var page = await browser.NewPageAsync();
        await OpenAsync(page, server, "");

        await page.FillAsync("#filter", "state == failed and not (lr > 1 or number < 10)");
        await SeeAsync(page, "#matched", "5 of 60 trials");

        Assert.Equal("5", await TextAsync(page, "#count"));
        await page.ReloadAsync();
        await ReadyAsync(page);
        Assert.Equal("5 of 60 trials", await TextAsync(page, "#matched"));
        await page.FillAsync("#filter", "nothing == 1");
        await SeeAsync(page, "#filter-error", "known: number");
        await page.CloseAsync();
    }

    [Fact]
    public async Task What_happens_while_one_looks_is_shown_and_a_lost_server_is_told()
    {
        var server = await StartAsync();
        var page = await browser.NewPageAsync();
        await OpenAsync(page, server, "");

        _sample.Add(
            new TrialAsked(60, Configuration.Of(("lr", 1e-3))), new TrialTold(60, TrialState.Completed, -5, null));

        await SeeAsync(page, "#best", "-5");
        var address = server.Address;
        await server.DisposeAsync();
        await SeeAsync(page, "#link", "does not answer");
        await using var again = await DashboardServer.StartAsync(new DashboardOptions(_sample.Runs, address));
        await Assertions.Expect(page.Locator("#link")).ToBeEmptyAsync();
        await page.CloseAsync();
    }

    [Fact]
    public async Task The_ranks_of_a_trial_are_a_map_that_names_the_straggler_and_stays_in_the_address()
    {
        foreach (var trial in new[] { 60, 61 })
        {
            _sample.Add(new TrialAsked(trial, Configuration.Of(("lr", 1e-3))));
            _sample.Store.Commit("sample", [.. Enumerable.Range(1, 62 - trial).Select(step => new EventLogged(
                new StepReported(trial, step, 1),
                new StepMetrics { Times = new StepTimes(1, 1, 0) { SentBytes = 8, RankSeconds = [1, trial - 59] } }))]);
        }

        await using var server = await StartAsync();
        var page = await browser.NewPageAsync();
        await OpenAsync(page, server, "/workers");
        await SeeAsync(page, "#straggler", "No rank is a straggler");

        await page.SelectOptionAsync("#rank-trial", "61");

        await SeeAsync(page, "#straggler", "Rank 1 is the straggler");
        Assert.EndsWith("/workers?ranks=61", page.Url, StringComparison.Ordinal);
        await page.Locator("#rank-map canvas").WaitForAsync();
        await page.CloseAsync();
    }

    [Fact(Timeout = 240_000)]
    public async Task A_scheduler_that_is_killed_while_one_looks_is_told_and_so_is_its_return()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 4, epochs: 1_000_000);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        cluster.StartWorker("w1", 2);
        await cluster.StepsAsync("wine", 10, stop);
        await using var server = await DashboardServer.StartAsync(
            new DashboardOptions(cluster.PathOf("data/studies"), _anyPort) { Schedulers = [cluster.Address] },
            cancellationToken: stop);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(new Uri(server.Address, "/studies/wine").ToString());
        await ReadyAsync(page);
        await SeeAsync(page, "#state", "Running");

        cluster.KillScheduler();

        await SeeAsync(page, "#state", "Interrupted");
        await SeeAsync(page, "#away", "is away: nothing new begins");
        var others = await browser.NewPageAsync();
        await others.GotoAsync(server.Address.ToString());
        await SeeAsync(others, "#away", "is away: nothing new begins");
        var machines = await browser.NewPageAsync();
        await machines.GotoAsync(new Uri(server.Address, "/studies/wine/workers").ToString());
        await SeeAsync(machines, "[role=alert].fault", "does not answer");
        await cluster.StartSchedulerAsync(stop);
        await SeeAsync(page, "#state", "Running");
        await Assertions.Expect(page.Locator("#away")).ToBeHiddenAsync();
        await Assertions.Expect(others.Locator("#away")).ToBeHiddenAsync();
        await page.CloseAsync();
        await others.CloseAsync();
        await machines.CloseAsync();
    }

    [Fact]
    public async Task The_axes_of_the_map_stand_in_the_address()
    {
        await using var server = await StartAsync();
        var page = await browser.NewPageAsync();

        await OpenAsync(page, server, "/analysis?x=p1&y=width");
        Assert.Equal(
            ["p1", "width"],
            await page.EvaluateAsync<string[]>("['x', 'y'].map(a => document.getElementById('map-' + a).value)"));
        await page.SelectOptionAsync("#map-x", "lr");

        await Assertions.Expect(page).ToHaveURLAsync(new Regex(@"\?x=lr&y=width$"));
        await page.Locator("#regret canvas").WaitForAsync();
        await page.CloseAsync();
    }

    private static SampleStudy Annotated()
    {
        var sample = new SampleStudy(trials: 60);
        sample.Store.Annotate("sample", new Remark(8, "Look again.", ["keep"]));
        sample.Store.Annotate("sample", new Remark(null, "The one.", ["paper"]));
        return sample;
    }

    [Fact]
    public async Task Trials_are_sorted_by_a_click_and_compared_by_two_ticks()
    {
        await using var server = await StartAsync();
        var page = await browser.NewPageAsync();
        await OpenAsync(page, server, "/trials");

        await page.ClickAsync("#table [role=columnheader] button:has-text('lr')");

        var shown = await page.EvaluateAsync<double[]>(
            "[...document.querySelectorAll('#table [role=rowgroup] [role=row]')].slice(0, 5)"
            + ".map(row => Number(row.children[8].textContent))");
        Assert.Equal(shown.Order(), shown);
        Assert.EndsWith("?sort=lr", page.Url, StringComparison.Ordinal);
        await page.ReloadAsync();
        await ReadyAsync(page);
        await SeeAsync(page, "[aria-sort=ascending]", "lr");
        await page.FillAsync("#filter", "number == 4 or number == 5");
        await SeeAsync(page, "#matched", "2 of 60 trials");
        var saving = page.WaitForDownloadAsync();
        await page.ClickAsync("#csv");
        var lines = await File.ReadAllLinesAsync(
            (await (await saving).PathAsync())!, TestContext.Current.CancellationToken);
        Assert.StartsWith(
            "number,state,value,steps,seconds,lr,width,optimizer,", lines[0], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
        await page.CheckAsync("[aria-label='Compare trial 4']");
        await page.CheckAsync("[aria-label='Compare trial 5']");
        await page.ClickAsync("#compare");
        await ReadyAsync(page);
        Assert.Contains("Trial 4", await page.ContentAsync(), StringComparison.Ordinal);
        await page.CloseAsync();
    }

    [Fact]
    public async Task The_question_mark_shows_the_keys_and_a_key_changes_the_page()
    {
        await using var server = await StartAsync();
        var page = await browser.NewPageAsync();
        await OpenAsync(page, server, "");

        await page.Keyboard.PressAsync("?");
        Assert.True(await page.IsVisibleAsync("#help"));
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("t");

        await Assertions.Expect(page).ToHaveURLAsync(new Uri(server.Address, "/studies/sample/trials").ToString());
        await page.CloseAsync();
    }

    private Task<DashboardServer> StartAsync() =>
        DashboardServer.StartAsync(
            new DashboardOptions(_sample.Runs, _anyPort), cancellationToken: TestContext.Current.CancellationToken);

    private static async Task OpenAsync(IPage page, DashboardServer server, string path)
    {
        await page.GotoAsync(new Uri(server.Address, "/studies/sample" + path).ToString());
        await ReadyAsync(page);
    }

    // Pages without charts have nothing to wait for.
    private static async Task ReadyAsync(IPage page)
    {
        if (await page.Locator("#study").CountAsync() > 0)
            await page.Locator("#study[data-ready=true]").WaitForAsync();
    }

    private static Task SeeAsync(IPage page, string selector, string text) =>
        Assertions.Expect(page.Locator(selector)).ToContainTextAsync(text);

    private static Task<string?> TextAsync(IPage page, string selector) => page.TextContentAsync(selector);
}
