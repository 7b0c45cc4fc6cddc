using System.Diagnostics;
using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph.Benchmarks;

/// <summary>
/// <c>big-study [trials]</c>: a study of trials with 20 parameters and 50 steps each in a file; then how long a
/// scheduler takes to open it, and after that for a page of its list, its best trial and its parameters' importance.
/// </summary>
internal static class BigStudyBenchmark
{
    private const int Parameters = 20;
    private const int Steps = 50;
    private const int Together = 1000;
    private const string Study = "big";

    public static int Run(string[] arguments)
    {
        var trials = arguments is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 100_000;
        var folder = Directory.CreateTempSubdirectory("tunegraph-big-").FullName;
        try
        {
            using (var scheduler = SchedulerProcess.Start(null, folder))
            using (var client = new SchedulerClient(scheduler.Address))
            {
                var space = string.Join(", ", Enumerable.Range(0, Parameters)
                    .Select(i => $$"""  "p{{i}}": {"type": "float", "low": 0, "high": 1}"""));
                client.MakeAsync(Study, $$"""{"space": { {{space}} }, "sampler": "random"}""").GetAwaiter().GetResult();
            }

            var file = StudyFolder.StorePath(Path.Combine(folder, "studies", Study));
            var began = Stopwatch.GetTimestamp();
            Fill(file, trials);
            Say("written", began);
            var bytes = new FileInfo(file).Length;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{trials} trials: {bytes / 1e6:0} MB, {bytes / trials} bytes a trial"));
            Ask(folder);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Fill(string file, int trials)
    {
        using var store = SqliteStudyStore.OpenExisting(file);
        var random = SearchRandom.For(1, 0, "big");
        var changes = new List<StoreChange>();
        for (var trial = 0; trial < trials; trial++)
        {
            var values = Enumerable.Range(0, Parameters).Select(_ => random.NextDouble()).ToArray();
            var loss = values.Select((value, i) => (value - 0.5) * (value - 0.5) / (i + 1)).Sum();
            changes.Add(new EventLogged(new TrialAsked(trial, new Configuration(values.Select(
                (value, i) => KeyValuePair.Create($"p{i}", (ParameterValue)value))))));
            for (var step = 1; step <= Steps; step++)
                changes.Add(new EventLogged(new StepReported(trial, step, loss + (1.0 / step))));
            changes.Add(new EventLogged(new TrialTold(trial, TrialState.Completed, loss, null)));
            if (trial % Together != Together - 1 && trial != trials - 1)
                continue;
            store.Commit(Study, changes);
            changes.Clear();
        }
    }

    private static void Ask(string folder)
    {
        using var scheduler = SchedulerProcess.Start(null, folder);
        using var http = new HttpClient
        {
            BaseAddress = new Uri(scheduler.Address, "api/v1/"),
            Timeout = TimeSpan.FromMinutes(10),
        };
        var began = Stopwatch.GetTimestamp();
        http.GetStringAsync("studies").GetAwaiter().GetResult();
        Say("opened", began);
        foreach (var path in (string[])["studies", "studies/big/trials?after=50000&limit=100", "studies/big/best",
            "studies/big/importance"])
        {
            var times = new List<double>();
            for (var i = 0; i < 5; i++)
            {
                began = Stopwatch.GetTimestamp();
                http.GetStringAsync(path).GetAwaiter().GetResult();
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"GET {path}: {times.Order().ElementAt(2):0.0} ms (median of 5)"));
        }
    }

    private static void Say(string what, long began) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what} in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"));
}
