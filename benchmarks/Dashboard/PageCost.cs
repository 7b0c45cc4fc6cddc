using System.Diagnostics;
using System.Globalization;

namespace TuneGraph.Benchmarks;

/// <summary>
/// What a scheduler feels of those who look: a sweep runs on a worker, and the page, a process of its own as
/// <c>tunegraph serve --dashboard</c> starts it, has no viewers and five by turns. A viewer follows the live data as
/// the overview does, and asks for curves, importance and what happened last every half minute.
/// </summary>
internal static class PageCost
{
    private const int Viewers = 5;
    private const int Rounds = 4;
    private const string Sweep = "cost";

    /// <param name="window">How long each of the windows lasts.</param>
    public static async Task RunAsync(TimeSpan window)
    {
        var folder = Directory.CreateTempSubdirectory("tunegraph-cost-").FullName;
        using var scheduler = SchedulerProcess.Start(null, Path.Combine(folder, "data"));
        using var worker = Start(
            "Worker",
            "--scheduler", scheduler.Address.ToString(), "--name", "w", "--slots", "1",
            "--data", Path.Combine(folder, "w"));
        try
        {
            await SubmitAsync(scheduler, folder);
            using var page = Start(
                "Dashboard", Path.Combine(folder, "data", "studies"), "--urls", "http://127.0.0.1:0");
            try
            {
                await MeasureAsync(scheduler, page, await AddressAsync(page), window);
            }
            finally
            {
                page.Kill();
            }
        }
        finally
        {
            worker.Kill(entireProcessTree: true);
        }
    }

    private static async Task SubmitAsync(SchedulerProcess scheduler, string folder)
    {
        var text = await File.ReadAllTextAsync(Path.Combine("examples", "digits.yaml"));
        var path = Path.Combine(folder, "cost.yaml");
        await File.WriteAllTextAsync(
            path,
            text.Replace("name: digits", "name: " + Sweep, StringComparison.Ordinal)
                .Replace(
                    "data/digits.csv.gz", Path.GetFullPath("examples/data/digits.csv.gz"), StringComparison.Ordinal)
                .Replace("trials: 50", "trials: 5000", StringComparison.Ordinal)
                .Replace(", target: 0.995", "", StringComparison.Ordinal));
        using var client = new SchedulerClient(scheduler.Address);
        await client.SubmitAsync(path);
        while ((await client.TrialsAsync(Sweep)).Length < 3)
            await Task.Delay(200);
    }

    private static async Task MeasureAsync(
        SchedulerProcess scheduler, Process page, Uri address, TimeSpan window)
    {
        using (var warm = new CancellationTokenSource(TimeSpan.FromSeconds(5)))
            await LookAsync(address, warm.Token);
        var shares = new Dictionary<int, List<(double Scheduler, double Page)>> { [0] = [], [Viewers] = [] };
        for (var round = 0; round < 2 * Rounds; round++)
        {
            var viewers = round % 2 == 0 ? 0 : Viewers;
            using var gone = new CancellationTokenSource();
            var looking = Enumerable.Range(0, viewers).Select(_ => LookAsync(address, gone.Token)).ToList();
            await Task.Delay(TimeSpan.FromSeconds(3));
            page.Refresh();
            var (theirs, own, clock) = (scheduler.Busy, page.TotalProcessorTime, Stopwatch.StartNew());
            await Task.Delay(window);
            page.Refresh();
            var ours = (scheduler.Busy - theirs) / clock.Elapsed;
            var mine = (page.TotalProcessorTime - own) / clock.Elapsed;
            shares[viewers].Add((ours, mine));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{viewers} viewers: the scheduler takes {ours:P2} of a core, the page {mine:P2}"));
            await gone.CancelAsync();
            await Task.WhenAll(looking);
        }

        foreach (var (viewers, all) in shares)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{viewers} viewers, mean of {all.Count}: the scheduler {all.Average(one => one.Scheduler):P2}, "
                    + $"the page {all.Average(one => one.Page):P2} of a core"));
        }
    }

    private static async Task LookAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = address };
        try
        {
            _ = await http.GetStringAsync($"/data/{Sweep}/columns", cancellationToken);
            var asking = AskAsync(http, cancellationToken);
            await using var live = await http.GetStreamAsync($"/data/{Sweep}/live?after=0", cancellationToken);
            await live.CopyToAsync(Stream.Null, cancellationToken);
            await asking;
        }
        catch (OperationCanceledException)
        {
            // The viewer leaves.
        }
    }

    private static async Task AskAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(30));
        do
        {
            foreach (var part in (string[])["curves", "importance", "feed"])
                _ = await http.GetStringAsync($"/data/{Sweep}/{part}", cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private static Process Start(string host, params string[] arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [SchedulerProcess.ProgramOf(host), .. arguments])
        {
            RedirectStandardOutput = true,
        })!;

    private static async Task<Uri> AddressAsync(Process page)
    {
        while (await page.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("listening on ", StringComparison.Ordinal))
                return new Uri(line["listening on ".Length..]);
        }

        throw new InvalidOperationException("The page ended before it listened.");
    }
}
