using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;

namespace TuneGraph.Benchmarks;

/// <summary>
/// How long the page takes at 10,000 trials of 8 parameters and 50 steps, in a real browser, and what looking costs:
/// the page as a process of its own, beside a store into which somebody writes.
/// </summary>
internal sealed class PageBenchmark : IAsyncDisposable
{
    private const int Runs = 5;
    private static readonly TimeSpan _watched = TimeSpan.FromMinutes(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("tunegraph-page-").FullName;
    private readonly PageStudy _study;
    private Process? _server;
    private Uri _address = new("http://127.0.0.1:1");

    private PageBenchmark(int trials) => _study = new PageStudy(_folder, trials);

    /// <summary>
    /// page [trials] [steps a second while it is watched] [bin folder], or: page day [messages] [speed], or:
    /// page cost [seconds]
    /// </summary>
    public static int Run(string[] args)
    {
        if (args is ["day", .. var rest])
        {
            PageDay.RunAsync(Number(rest, 0, 86_400), Number(rest, 1, 960)).GetAwaiter().GetResult();
            return 0;
        }

        if (args is ["cost", .. var seconds])
        {
            var (window, pairs) = (TimeSpan.FromSeconds(Number(seconds, 0, 20)), Number(seconds, 1, 12));
            PageCost.RunAsync(window, pairs).GetAwaiter().GetResult();
            return 0;
        }

        var (trials, rate) = (Number(args, 0, 10_000), Number(args, 1, 4));
        var bin = args.Length > 2 ? args[2] : Path.Combine("artifacts", "bin");
        RunAsync(trials, rate, bin).GetAwaiter().GetResult();
        return 0;
    }

    private static int Number(string[] args, int place, int otherwise) =>
        args.Length > place ? int.Parse(args[place], CultureInfo.InvariantCulture) : otherwise;

    private static async Task RunAsync(int trials, int rate, string bin)
    {
        await using var benchmark = new PageBenchmark(trials);
        Say("study", $"{trials} trials, {PageStudy.Parameters} parameters, {PageStudy.Steps} steps, "
            + $"{new FileInfo(benchmark._study.Path).Length / 1_000_000} MB");
        await benchmark.StartAsync(Path.Combine(bin, "TuneGraph.Dashboard", "release", "TuneGraph.Dashboard.dll"));
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        });
        await benchmark.OpenAsync(browser, "overview", "/studies/page");
        await benchmark.OpenAsync(browser, "trials", "/studies/page/trials");
        await benchmark.FilterAsync(browser);
        await benchmark.SortAsync(browser);
        benchmark._study.AddTasks(20_000);
        await benchmark.OpenAsync(browser, "graph of 20,000 tasks", "/studies/page/graph");
        await benchmark.WatchAsync(browser, viewers: 1, rate);
        await benchmark.WatchAsync(browser, viewers: 5, rate);
        await benchmark.WatchAsync(browser, viewers: 0, rate);
    }

    private async Task StartAsync(string program)
    {
        _server = Process.Start(new ProcessStartInfo("dotnet", [program, _folder, "--urls", "http://127.0.0.1:0"])
        {
            RedirectStandardOutput = true,
        })!;
        while (await _server.StandardOutput.ReadLineAsync() is { } line)
        {
            if (!line.StartsWith("listening on ", StringComparison.Ordinal))
                continue;
            _address = new Uri(line["listening on ".Length..]);
            return;
        }

        throw new InvalidOperationException($"{program} ended before it listened.");
    }

    // From asking for the address until everything is drawn; the first time the page's process reads the whole store.
    private async Task OpenAsync(IBrowser browser, string name, string path)
    {
        var times = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            var page = await browser.NewPageAsync();
            var clock = Stopwatch.StartNew();
            await ReadyAsync(page, path);
            times.Add(clock.Elapsed.TotalMilliseconds);
            await page.CloseAsync();
        }

        Say(name, $"first {times[0]:0} ms; after that {Summary(times[1..])}");
    }

    private async Task FilterAsync(IBrowser browser)
    {
        var page = await browser.NewPageAsync();
        await ReadyAsync(page, "/studies/page");
        var times = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            times.Add(await page.EvaluateAsync<double>(
                """
                async run => {
                  const [field, matched] = ["filter", "matched"].map(id => document.getElementById(id));
                  const before = matched.textContent;
                  field.value = `state == completed and p0 < ${0.5 + run / 20}`;
                  const began = performance.now();
                  field.dispatchEvent(new Event("input"));
                  while (matched.textContent === before) await new Promise(done => requestAnimationFrame(done));
                  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                  return performance.now() - began;
                }
                """,
                run));
        }

        await page.CloseAsync();
        Say("filter, all panels", Summary(times) + ", 60 ms of them waited for the next key");
    }

    private async Task SortAsync(IBrowser browser)
    {
        var page = await browser.NewPageAsync();
        await ReadyAsync(page, "/studies/page/trials");
        var times = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            times.Add(await page.EvaluateAsync<double>(
                """
                async run => {
                  const heads = document.querySelectorAll("#table [role=columnheader] button");
                  const began = performance.now();
                  heads[5 + run].click();
                  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                  return performance.now() - began;
                }
                """,
                run));
        }

        await page.CloseAsync();
        Say("sort by a column", Summary(times));
    }

    // Somebody writes so many steps a second; what goes to a viewer is counted as it leaves, compressed.
    private async Task WatchAsync(IBrowser browser, int viewers, int rate)
    {
        var pages = new List<IPage>();
        var received = 0L;
        for (var i = 0; i < viewers; i++)
        {
            var page = await browser.NewPageAsync();
            await ReadyAsync(page, "/studies/page");
            if (i == 0)
            {
                var session = await page.Context.NewCDPSessionAsync(page);
                session.Event("Network.dataReceived").OnEvent += (_, told) =>
                    Interlocked.Add(ref received, told!.Value.GetProperty("encodedDataLength").GetInt64());
                await session.SendAsync("Network.enable");
            }

            pages.Add(page);
        }

        _server!.Refresh();
        var (cpu, clock) = (_server.TotalProcessorTime, Stopwatch.StartNew());
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (clock.Elapsed < _watched && await timer.WaitForNextTickAsync())
            _study.Step(rate);
        _server.Refresh();
        var share = (_server.TotalProcessorTime - cpu) / clock.Elapsed;
        Say($"{viewers} viewers, {rate} steps a second",
            $"{received * 60 / clock.Elapsed.TotalSeconds / 1000:0} KB a minute to a viewer, the page's process takes "
            + $"{share:P2} of a core and {_server.WorkingSet64 / 1_000_000} MB");
        foreach (var page in pages)
            await page.CloseAsync();
    }

    private async Task ReadyAsync(IPage page, string path)
    {
        await page.GotoAsync(new Uri(_address, path).ToString());
        await page.Locator("#study[data-ready=true]").WaitForAsync(
            new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
    }

    private static string Summary(List<double> times)
    {
        times.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"median {times[times.Count / 2]:0} ms ({times[0]:0} to {times[^1]:0})");
    }

    private static void Say(string name, FormattableString text) => Say(name, FormattableString.Invariant(text));

    private static void Say(string name, string text) => Console.WriteLine($"{name}: {text}");

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            _server.Kill();
            await _server.WaitForExitAsync();
            _server.Dispose();
        }

        _study.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
