using System.Diagnostics;
using System.Globalization;
using TuneGraph.Dashboard;

namespace TuneGraph.Benchmarks;

/// <summary>
/// What a scheduler feels of those who look. A sweep runs on a worker; the page reads the study's file, as beside
/// <c>tunegraph serve --dashboard</c>, and asks the scheduler through a counter. By turns nobody looks and five do:
/// each follows the live data, asks whether the scheduler lives, and for figures, the load of machines and the workers'
/// page as often as a browser that has all of these pages open. Told is the scheduler's own processor time for an event
/// of the study, with the spread of the pairs; and, which a noisy machine does not blur, the requests that reached the
/// scheduler times what each of them costs a scheduler that has nothing else to do.
/// </summary>
internal static class PageCost
{
    private const int Viewers = 5;
    private const string Sweep = "cost";

    /// <param name="window">How long each of the windows lasts.</param>
    /// <param name="pairs">How many windows there are of each kind.</param>
    public static async Task RunAsync(TimeSpan window, int pairs)
    {
        var folder = Directory.CreateTempSubdirectory("tunegraph-cost-").FullName;
        using var scheduler = SchedulerProcess.Start(null, Path.Combine(folder, "data"));
        using var counter = new CountingProxy(scheduler.Address);
        Dictionary<string, double> rates;
        double busy;
        var worker = Start(scheduler, folder);
        try
        {
            await SubmitAsync(scheduler, folder);
            var options = new DashboardOptions(Path.Combine(folder, "data", "studies"), new Uri("http://127.0.0.1:0"))
            {
                Schedulers = [counter.Address],
            };
            await using var page = await DashboardServer.StartAsync(options);
            (rates, busy) = await MeasureAsync(
                scheduler, page.Address, counter, StorePath(folder), window, pairs);
        }
        finally
        {
            worker.Kill(entireProcessTree: true);
            worker.Dispose();
        }

        using (var client = new SchedulerClient(scheduler.Address))
            await client.StopAsync(Sweep);
        await Task.Delay(TimeSpan.FromSeconds(20)); // the worker's lease ends, and the study with it
        await BoundAsync(scheduler, rates, busy);
    }

    private static async Task<(Dictionary<string, double> Rates, double Busy)> MeasureAsync(
        SchedulerProcess scheduler, Uri page, CountingProxy counter, string store, TimeSpan window, int pairs)
    {
        using (var warm = new CancellationTokenSource(TimeSpan.FromSeconds(5)))
            await LookAsync(page, warm.Token);
        var (costs, counts) = (new Dictionary<int, List<double>> { [0] = [], [Viewers] = [] }, new List<double>());
        var (rates, idle) = (new Dictionary<string, double>(), 0);
        for (var turn = 0; turn < 2 * pairs; turn++)
        {
            // Now the one first and now the other, so that what grows with the study favours none.
            var viewers = turn % 4 is 0 or 3 ? 0 : Viewers;
            using var gone = new CancellationTokenSource();
            _ = counter.Take();
            var looked = Stopwatch.StartNew(); // what a page asks for when it opens counts, too
            var looking = Enumerable.Range(0, viewers).Select(_ => LookAsync(page, gone.Token)).ToList();
            await Task.Delay(TimeSpan.FromSeconds(2));
            var (events, before, clock) = (Events(store), scheduler.Busy, Stopwatch.StartNew());
            await Task.Delay(window);
            var (took, seconds) = (scheduler.Busy - before, clock.Elapsed.TotalSeconds);
            costs[viewers].Add(took.TotalMilliseconds / Math.Max(1, Events(store) - events));
            var asked = counter.Take();
            if (viewers == 0)
            {
                idle += asked.Values.Sum();
                counts.Add(took.TotalSeconds / seconds);
            }
            else
            {
                foreach (var (path, count) in asked)
                    rates[path] = rates.GetValueOrDefault(path) + (count / looked.Elapsed.TotalSeconds / pairs);
            }

            await gone.CancelAsync();
            await Task.WhenAll(looking);
        }

        Tell(costs, pairs);
        Console.WriteLine($"requests that reached the scheduler with no viewer: {idle}");
        return (rates, counts.Average());
    }

    private static void Tell(Dictionary<int, List<double>> costs, int pairs)
    {
        foreach (var (viewers, all) in costs)
        {
            var (mean, median) = (all.Average(), Median(all));
            Say($"{viewers} viewers: {mean:0.000} ms of the scheduler for an event, median {median:0.000}");
        }


        var ratios = costs[Viewers].Zip(costs[0], (with, without) => Math.Log(with / without)).ToList();
        var ratio = ratios.Average();
        var error = Math.Sqrt(ratios.Sum(one => (one - ratio) * (one - ratio)) / (pairs - 1) / pairs);
        Say($"five viewers to none, {pairs} pairs: {Math.Exp(ratio) - 1:+0.0%;-0.0%} ± {error:0.0%} (standard error)");
    }

    // What a request costs is measured without a study at work, many of a kind one after the other.
    private static async Task BoundAsync(SchedulerProcess scheduler, Dictionary<string, double> rates, double busy)
    {
        const int Requests = 3000;
        using var http = new HttpClient { BaseAddress = scheduler.Address };
        var (rest, quiet) = (Stopwatch.StartNew(), scheduler.Busy);
        await Task.Delay(TimeSpan.FromSeconds(10));
        var idle = (scheduler.Busy - quiet) / rest.Elapsed;
        Say($"a scheduler with nothing to do takes {idle:0.00%} of a core");
        var total = 0.0;
        foreach (var (path, rate) in rates.OrderByDescending(one => one.Value))
        {
            for (var i = 0; i < Requests / 10; i++)
                _ = await http.GetByteArrayAsync(path);
            var (clock, before) = (Stopwatch.StartNew(), scheduler.Busy);
            for (var i = 0; i < Requests; i++)
                _ = await http.GetByteArrayAsync(path);
            var cost = ((scheduler.Busy - before) - (idle * clock.Elapsed)) / Requests;
            total += rate * cost.TotalSeconds;
            Say($"{path}: {rate:0.00} a second with five viewers, {cost.TotalMicroseconds:0} µs each");
        }

        Say($"together {total:0.0000%} of a core, which is {total / busy:0.000%} of the {busy:0.0%} that it takes");
    }

    private static double Median(List<double> all) => all.Order().ElementAt(all.Count / 2);

    private static int Events(string store)
    {
        using var opened = SqliteStudyStore.OpenExisting(store);
        return opened.Load(Sweep)!.Log.Length;
    }

    private static string StorePath(string folder) =>
        StudyFolder.StorePath(Path.Combine(folder, "data", "studies", Sweep));

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

    private static async Task LookAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = address };
        try
        {
            _ = await http.GetStringAsync($"/data/{Sweep}/columns", cancellationToken);
            Task[] asking =
            [
                AskAsync(http, 5, ["/alive"], cancellationToken),
                AskAsync(http, 10, ["/data/loads"], cancellationToken),
                AskAsync(
                    http, 30,
                    [
                        $"/data/{Sweep}/curves", $"/data/{Sweep}/importance", $"/data/{Sweep}/feed",
                        $"/studies/{Sweep}/workers",
                    ],
                    cancellationToken),
            ];
            await using var live = await http.GetStreamAsync($"/data/{Sweep}/live?after=0", cancellationToken);
            await live.CopyToAsync(Stream.Null, cancellationToken);
            await Task.WhenAll(asking);
        }
        catch (OperationCanceledException)
        {
            // The viewer leaves.
        }
    }

    private static async Task AskAsync(
        HttpClient http, int seconds, string[] parts, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(seconds));
        do
        {
            foreach (var part in parts)
                _ = await http.GetStringAsync(part, cancellationToken);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private static Process Start(SchedulerProcess scheduler, string folder)
    {
        string[] arguments =
        [
            SchedulerProcess.ProgramOf("Worker"), "--scheduler", scheduler.Address.ToString(), "--name", "w",
            "--slots", "1", "--data", Path.Combine(folder, "w"),
        ];
        return Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
    }

    private static void Say(FormattableString line) =>
        Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
