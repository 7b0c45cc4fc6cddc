using System.Text.Json;
using Microsoft.Playwright;
using TuneGraph.Dashboard;
using TuneGraph.Search;
using TuneGraph.Tests.Hosts;

namespace TuneGraph.Tests.Dashboard;

/// <summary>What machines are doing, and what was saved, on the pages.</summary>
public sealed class LoadTests(Browser browser) : IClassFixture<Browser>, IDisposable
{
    private const int LimitMilliseconds = 300_000;

    private readonly SampleStudy _sample = new(trials: 3);
    private readonly HttpClient _http = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _sample.Dispose();
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task The_load_of_each_workers_machine_is_drawn_with_words_for_those_who_do_not_see_it()
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere a worker knows nothing of its machine.");
        await using var cluster = new ClusterProcesses("--lease", "2");
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w1");
        await cluster.UntilAsync(
            async () => (await cluster.Client.LoadsAsync(stop)) is [{ Processor: [.., not null] }], Stop);
        await using var server = await StartAsync(new Uri("http://127.0.0.1:0"), [cluster.Address]);
        var page = await browser.NewPageAsync();
        await page.GotoAsync(new Uri(server.Address, "/system").ToString());

        var card = page.Locator("#loads .card");
        await Assertions.Expect(card).ToHaveCountAsync(1);
        await Assertions.Expect(card.Locator("h3")).ToHaveTextAsync("w1");
        await Assertions.Expect(card).ToContainTextAsync("CPU");
        await Assertions.Expect(card.Locator("svg[aria-label^='Memory of w1, now ']")).ToHaveCountAsync(1);
        await Assertions.Expect(card.Locator("svg[aria-label^='CPU of w1, now '] polyline")).Not.ToHaveCountAsync(0);
        var loads = (await cluster.Client.LoadsAsync(stop))[0];
        Assert.Equal(LoadHistory.Length, loads.Processor.Length);
        Assert.InRange(loads.Memory[^1]!.Value, 1, loads.MemoryTotal);
        await page.CloseAsync();
    }

    [Fact]
    public async Task A_run_with_a_page_tells_the_load_of_its_own_machine_and_a_page_of_files_tells_none()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is known.");
        await using var run = await DashboardServer.StartAsync(
            new DashboardOptions(_sample.Runs, new Uri("http://127.0.0.1:0")) { Control = new SweepControl() },
            cancellationToken: Stop);
        await using var files = await StartAsync(new Uri("http://127.0.0.1:0"), []);

        using var own = JsonDocument.Parse(await _http.GetStringAsync(new Uri(run.Address, "/data/loads"), Stop));
        var none = await _http.GetStringAsync(new Uri(files.Address, "/data/loads"), Stop);

        var machine = Assert.Single(own.RootElement.EnumerateArray());
        Assert.Equal($"{Environment.MachineName}:{Environment.ProcessId}", machine.GetProperty("name").GetString());
        Assert.Equal(LoadHistory.Length, machine.GetProperty("processor").GetArrayLength());
        Assert.Equal("[]", none);
    }

    [Fact]
    public async Task What_was_not_computed_is_summed_up_on_the_page_of_the_system()
    {
        _sample.Add(
            new TrialAsked(3, Configuration.Of(("lr", 0.1))), new StepReported(3, 1, 9.0),
            new TrialTold(3, TrialState.Pruned, 9, "not among the best"));
        _sample.Store.Commit(
            "sample",
            [
                new AttemptStarted("t", 1, 0, "w", 1), new AttemptEnded("t", 1, AttemptState.Succeeded, null),
                new SegmentShared(new StoredShare("t", 1, 1500, 1500) { Seconds = 7200 }),
            ]);
        await using var server = await StartAsync(new Uri("http://127.0.0.1:0"), []);

        var page = await _http.GetStringAsync(new Uri(server.Address, "/system"), Stop);

        Assert.Contains(
            ">sample</a></td><td class=\"n\">1,500</td><td class=\"n\">2 h 0 min</td><td class=\"n\">1</td>"
                + "<td class=\"n\">2</td>",
            page, StringComparison.Ordinal);
        Assert.Contains("2 h 0 min of a slot", page, StringComparison.Ordinal);
    }

    private Task<DashboardServer> StartAsync(Uri address, IReadOnlyList<Uri> schedulers) =>
        DashboardServer.StartAsync(
            new DashboardOptions(_sample.Runs, address) { Schedulers = schedulers }, cancellationToken: Stop);
}
