using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;
using TuneGraph.Dashboard;

namespace TuneGraph.Benchmarks;

/// <summary>
/// As many news as a day brings, on the overview: a busy study tells something every second. Clocks run many times as
/// fast, the page's and the browser's; trials end after their last step, and others take their places. What is in
/// memory is told at each quarter of the day, after collections.
/// </summary>
internal static class PageDay
{
    private const int Trials = 2000;
    private const int Quarters = 4;
    private const int StepsBetween = 500;

    /// <param name="messages">How many news are waited for; 86,400 are a day of one a second.</param>
    /// <param name="speed">How many times as fast the clocks run.</param>
    public static async Task RunAsync(int messages, int speed)
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
        var clock = Stopwatch.StartNew();
        await TellAsync();
        for (var quarter = 1; quarter <= Quarters; quarter++)
        {
            while (await page.EvaluateAsync<int>("messages") < messages * quarter / Quarters)
            {
                for (var i = 0; i < StepsBetween; i++)
                {
                    study.GoOn();
                    await Task.Delay(1);
                }
            }

            await TellAsync();
        }

        study.Dispose();
        Directory.Delete(folder, recursive: true);

        async Task TellAsync()
        {
            await session.SendAsync("HeapProfiler.collectGarbage");
            var heap = await session.SendAsync("Runtime.getHeapUsage");
            var counts = await page.EvaluateAsync<long[]>(
                "[messages, paintings, document.querySelectorAll('*').length, trials()]");
            var used = heap!.Value.GetProperty("usedSize").GetDouble();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{counts[0]} messages, {counts[1]} repaintings, {counts[3]} trials: browser's heap "
                    + $"{used / 1e6:0.0} MB, {counts[2]} elements; server's heap "
                    + $"{GC.GetTotalMemory(forceFullCollection: true) / 1e6:0.0} MB, its process "
                    + $"{Environment.WorkingSet / 1_000_000} MB; {clock.Elapsed.TotalSeconds:0} s"));
        }
    }

    private static string Hurry(int speed) =>
        $$"""
        window.messages = window.paintings = 0;
        window.trials = () => Number(document.getElementById("count").textContent);
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
