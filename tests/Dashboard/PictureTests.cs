using Microsoft.Playwright;
using TuneGraph.Dashboard;
using TuneGraph.Tests.Hosts;

namespace TuneGraph.Tests.Dashboard;

/// <summary>Makes the pictures of the documentation from a real sweep, where <c>TUNEGRAPH_PICTURES</c> names a folder.
/// </summary>
public sealed class PictureTests(Browser browser) : IClassFixture<Browser>
{
    private static readonly string? _pictures = Environment.GetEnvironmentVariable("TUNEGRAPH_PICTURES");

    [Fact(Timeout = 600_000)]
    public async Task Pictures_of_the_pages_show_the_digits_sweep()
    {
        Assert.SkipWhen(_pictures is null, "TUNEGRAPH_PICTURES names no folder to keep pictures in.");
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("tower", 2);
        var digits = Repository.Checkout.PathOf("examples/digits.yaml");
        await cluster.Client.SubmitAsync(digits, cancellationToken: stop);
        await cluster.EndAsync("digits", stop);
        var sweep = await File.ReadAllTextAsync(digits, stop);
        await File.WriteAllTextAsync(cluster.PathOf("ranks.yaml"), Ranked(sweep), stop);
        await cluster.Client.SubmitAsync(cluster.PathOf("ranks.yaml"), cancellationToken: stop);
        await cluster.EndAsync("two-ranks", stop);
        await using var server = await DashboardServer.StartAsync(
            new DashboardOptions(cluster.PathOf("data/studies"), new Uri("http://127.0.0.1:0"))
            {
                Schedulers = [cluster.Address],
            },
            cancellationToken: stop);
        List<int> best =
        [
            .. TrialSummary.From(cluster.Stored("digits")).OrderByDescending(trial => trial.Steps)
                .ThenByDescending(trial => trial.Value).Select(trial => trial.Number).Take(4),
        ];
        Annotate(cluster.PathOf("data/studies/digits"), best[0]);
        foreach (var (path, name, scheme) in Pages(best))
        {
            var page = await browser.NewPageAsync(scheme: scheme);
            await page.GotoAsync(new Uri(server.Address, path).ToString());
            if (await page.Locator("#study").CountAsync() > 0)
                await page.Locator("#study[data-ready=true]").WaitForAsync();
            if (name == "analysis")
                await page.Locator("#regret canvas").WaitForAsync();
            if (name == "submit")
            {
                await page.FillAsync("#text", sweep.Replace("trials: 50", "trails: 50", StringComparison.Ordinal));
                await page.ClickAsync("button[value=check]");
                await page.Locator("#errors").WaitForAsync();
            }

            var file = Path.Combine(_pictures!, $"dashboard-{name}.png");
            var picture = await page.ScreenshotAsync(new PageScreenshotOptions
            {
                Path = file,
                FullPage = name is not ("log" or "graph" or "submit"),
            });
            Assert.NotEmpty(picture);
            await page.CloseAsync();
        }
    }

    private static void Annotate(string folder, int best)
    {
        using var store = SqliteStudyStore.OpenExisting(StudyFolder.StorePath(folder));
        store.Annotate("digits", new Remark(null, "The digits that the README tells of.", ["readme"]));
        store.Annotate("digits", new Remark(best, "Look at its learning rate again.", ["keep", "wide"]));
    }

    private static IEnumerable<(string Path, string Name, ColorScheme Scheme)> Pages(List<int> best) =>
        [
            ("/", "studies", ColorScheme.Light), ("/studies/digits", "overview", ColorScheme.Light),
            ("/studies/digits", "overview-dark", ColorScheme.Dark),
            ("/studies/digits/analysis", "analysis", ColorScheme.Light),
            ("/studies/digits/trials", "trials", ColorScheme.Light),
            ($"/studies/digits/trials/{best[0]}", "trial", ColorScheme.Light),
            ($"/studies/digits/compare?trials={string.Join(',', best)}", "compare", ColorScheme.Light),
            ("/studies/two-ranks/workers", "workers", ColorScheme.Light),
            ("/studies/two-ranks/workers", "workers-dark", ColorScheme.Dark),
            ("/studies/digits/definition", "definition", ColorScheme.Light),
            ("/studies/digits/events", "log", ColorScheme.Light),
            ("/studies/digits/what-if", "what-if", ColorScheme.Light),
            ("/studies/digits/graph", "graph", ColorScheme.Light),
            ($"/studies/digits/enqueue?from={best[0]}", "enqueue", ColorScheme.Light),
            ("/system", "system", ColorScheme.Light), ("/submit", "submit", ColorScheme.Light),
        ];

    // The same sweep, smaller, each trial by two ranks.
    private static string Ranked(string digits) =>
        digits.Replace("name: digits", "name: two-ranks", StringComparison.Ordinal)
            .Replace("data/digits.csv.gz", Repository.Checkout.PathOf("examples/data/digits.csv.gz"),
                StringComparison.Ordinal)
            .Replace("batchSize: $batch\n", "batchSize: $batch\n  parallel: {worldSize: 2}\n", StringComparison.Ordinal)
            .Replace("trials: 50", "trials: 12", StringComparison.Ordinal);
}
