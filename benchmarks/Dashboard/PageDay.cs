using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using TuneGraph.Dashboard;

namespace TuneGraph.Benchmarks;

/// <summary>
/// A day on the overview on clocks that run many times as fast, the page's and the browser's: a step a second, news at
/// most every second, a painting at most every two. What is in memory is told every six hours, after collections.
/// </summary>
internal static class PageDay
{
    private const int Trials = 500;
    private const int Hours = 24;
    private const int HoursBetween = 6;

    public static async Task RunAsync(int speed)
    {
        var folder = Directory.CreateTempSubdirectory("tunegraph-day-").FullName;
        using var study = new PageStudy(folder, Trials);
        await using var server = await DashboardServer.StartAsync(
            new DashboardOptions(folder, new Uri("http://127.0.0.1:0")), new FastTime(speed));
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        });
        var page = await browser.NewPageAsync();
        await page.AddInitScriptAsync(Hurry(speed));
        await page.GotoAsync(new Uri(server.Address, "/studies/page").ToString());
        await page.Locator("#study[data-ready=true]").WaitForAsync(
            new LocatorWaitForOptions { State = WaitForSelectorState.Attached });
        var session = await page.Context.NewCDPSessionAsync(page);
        await TellAsync(0);
        var (clock, written) = (Stopwatch.StartNew(), 0);
        for (var hour = HoursBetween; hour <= Hours; hour += HoursBetween)
        {
            while (clock.Elapsed.TotalHours * speed < hour)
            {
                await Task.Delay(20);
                var due = (int)(clock.Elapsed.TotalSeconds * speed) - written;
                study.Step(due);
                written += due;
            }

            await TellAsync(hour);
        }

        study.Dispose();
        Directory.Delete(folder, recursive: true);

        async Task TellAsync(int hour)
        {
            await session.SendAsync("HeapProfiler.collectGarbage");
            var heap = await session.SendAsync("Runtime.getHeapUsage");
            var counts = await page.EvaluateAsync<long[]>(
                "[messages, paintings, document.querySelectorAll('*').length]");
            var used = heap!.Value.GetProperty("usedSize").GetDouble();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"hour {hour}: browser's heap {used / 1e6:0.0} MB, {counts[2]} elements; server's heap "
                    + $"{GC.GetTotalMemory(forceFullCollection: true) / 1e6:0.0} MB; {counts[0]} messages, "
                    + $"{counts[1]} repaintings so far"));
        }
    }

    private static string Hurry(int speed) =>
        $$"""
        window.messages = window.paintings = 0;
        const wait = window.setTimeout, now = Date.now, zero = now();
        window.setTimeout = (f, ms, ...rest) =>
          wait(ms >= 1000 ? () => { window.paintings++; f(); } : f, ms / {{speed}}, ...rest);
        Date.now = () => zero + (now() - zero) * {{speed}};
        window.EventSource = class extends EventSource {
          constructor(address) { super(address); this.addEventListener("message", () => window.messages++); }
        };
        """;

    /// <summary>A clock that runs many times as fast.</summary>
    private sealed class FastTime(int speed) : TimeProvider
    {
        private readonly DateTimeOffset _began = System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => _began + ((System.GetUtcNow() - _began) * speed);

        public override long GetTimestamp() => System.GetTimestamp() * speed;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, Fast(dueTime), Fast(period));

        private TimeSpan Fast(TimeSpan time) =>
            time == Timeout.InfiniteTimeSpan ? time : TimeSpan.FromMilliseconds(
                Math.Max(1, time.TotalMilliseconds / speed));
    }
}
