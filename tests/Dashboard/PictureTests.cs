using Microsoft.Playwright;
using TuneGraph.Dashboard;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Dashboard;

/// <summary>Makes the pictures of the documentation from a real sweep, where <c>TUNEGRAPH_PICTURES</c> names a folder.
/// </summary>
public sealed class PictureTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private static readonly string? _pictures = Environment.GetEnvironmentVariable("TUNEGRAPH_PICTURES");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pictures_of_the_pages_show_the_digits_sweep()
    {
        Assert.SkipWhen(_pictures is null, "TUNEGRAPH_PICTURES names no folder to keep pictures in.");
        var stop = TestContext.Current.CancellationToken;
        var sweep = Repository.Checkout.PathOf("examples/digits.yaml");
        var spec = SweepFile.Load(sweep) with { OutputFolder = _folder["digits"] };
        await new SweepRunner(spec).RunAsync(stop);
        await using var server = await DashboardServer.StartAsync(
            new DashboardOptions(_folder.Path, new Uri("http://127.0.0.1:0"))
            {
                Schedulers = [new Uri("http://127.0.0.1:5810")],
            },
            cancellationToken: stop);
        (string Path, string Name, ColorScheme Scheme)[] pages =
        [
            ("/", "studies", ColorScheme.Light), ("/studies/digits", "overview", ColorScheme.Light),
            ("/studies/digits", "overview-dark", ColorScheme.Dark),
            ("/studies/digits/analysis", "analysis", ColorScheme.Light),
            ("/studies/digits/trials", "trials", ColorScheme.Light),
            ("/studies/digits/trials/11", "trial", ColorScheme.Light),
            ("/studies/digits/compare?trials=8,11,28", "compare", ColorScheme.Light),
            ("/studies/digits/workers", "workers", ColorScheme.Light),
            ("/studies/digits/events", "log", ColorScheme.Light),
            ("/studies/digits/what-if", "what-if", ColorScheme.Light),
            ("/studies/digits/graph", "graph", ColorScheme.Light),
            ("/studies/digits/enqueue?from=11", "enqueue", ColorScheme.Light),
            ("/system", "system", ColorScheme.Light), ("/submit", "submit", ColorScheme.Light),
        ];
        foreach (var (path, name, scheme) in pages)
        {
            var page = await browser.NewPageAsync(scheme: scheme);
            await page.GotoAsync(new Uri(server.Address, path).ToString());
            if (await page.Locator("#study").CountAsync() > 0)
                await page.Locator("#study[data-ready=true]").WaitForAsync();
            var file = Path.Combine(_pictures!, $"dashboard-{name}.png");
            var picture = await page.ScreenshotAsync(new PageScreenshotOptions { Path = file });
            Assert.NotEmpty(picture);
            await page.CloseAsync();
        }
    }
}
