using System.Diagnostics;
using System.Globalization;
using Npgsql;
using TuneGraph.Search;

namespace TuneGraph.Benchmarks;

/// <summary>
/// <c>big-study [trials] [CONNECTION]</c>: a study of trials with 20 parameters and 50 steps each, in a file or in
/// PostgreSQL; then how long a scheduler takes to open it, and after that for a page of its list, its best trial and
/// its parameters' importance.
/// </summary>
internal static class BigStudyBenchmark
{
    private const int Parameters = 20;
    private const int Steps = 50;
    private const int Together = 1000;
    private const int Repetitions = 9;
    private const string Study = "big";

    public static int Run(string[] arguments)
    {
        var trials = arguments is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 100_000;
        var schema = $"bench_{Guid.NewGuid():N}";
        var connection = arguments is [_, var server] ? $"{server};Search Path={schema}" : null;
        var folder = Directory.CreateTempSubdirectory("tunegraph-big-").FullName;
        try
        {
            using (var scheduler = SchedulerProcess.Start(connection, folder))
            using (var client = new SchedulerClient(scheduler.Address))
            {
                var space = string.Join(", ", Enumerable.Range(0, Parameters)
                    .Select(i => $$"""  "p{{i}}": {"type": "float", "low": 0, "high": 1}"""));
                client.MakeAsync(Study, $$"""{"space": { {{space}} }, "sampler": "random"}""").GetAwaiter().GetResult();
            }

            var file = StudyFolder.StorePath(Path.Combine(folder, "studies", Study));
            var began = Stopwatch.GetTimestamp();
            using (StudyStore store = connection is null
                ? SqliteStudyStore.OpenExisting(file)
                : PostgresStudyStore.Open(connection))
                Fill(store, trials);
            Say("written", began);
            var bytes = connection is null ? new FileInfo(file).Length : SizeOf(connection, schema);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{trials} trials: {bytes / 1e6:0} MB, {bytes / trials} bytes a trial"));
            Ask(connection, folder, trials);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
            if (connection is not null)
                Query(connection, $"DROP SCHEMA IF EXISTS {schema} CASCADE");
        }
    }

    private static long SizeOf(string connection, string schema) =>
        (long)(decimal)Query(
            connection,
            $"""
            SELECT SUM(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = '{schema}' AND c.relkind = 'r'
            """)!;

    private static object? Query(string connection, string sql)
    {
        using var open = new NpgsqlConnection(connection);
        open.Open();
        using var command = new NpgsqlCommand(sql, open) { CommandTimeout = 0 };
        return command.ExecuteScalar();
    }

    private static void Fill(StudyStore store, int trials)
    {
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

    private static void Ask(string? connection, string folder, int trials)
    {
        using var scheduler = SchedulerProcess.Start(connection, folder);
        using var http = new HttpClient
        {
            BaseAddress = new Uri(scheduler.Address, "api/v1/"),
            Timeout = TimeSpan.FromMinutes(10),
        };
        var began = Stopwatch.GetTimestamp();
        http.GetStringAsync("studies").GetAwaiter().GetResult();
        Say("opened", began);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"which took {scheduler.Busy.TotalSeconds:0.0} s of a core, its start included"));
        string[] paths =
        [
            "studies", $"studies/{Study}/trials?after={trials / 2}&limit=100", $"studies/{Study}/best",
            $"studies/{Study}/importance",
        ];
        foreach (var path in paths)
        {
            var times = new List<double>();
            var busy = scheduler.Busy;
            for (var i = 0; i < Repetitions; i++)
            {
                began = Stopwatch.GetTimestamp();
                http.GetStringAsync(path).GetAwaiter().GetResult();
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }

            var core = (scheduler.Busy - busy).TotalMilliseconds / Repetitions;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"GET {path}: the first after {times[0]:0.0} ms, median {Median(times):0.0}, best {times.Min():0.0}; "
                    + $"{core:0.0} ms of a core"));
        }

        AskAfterTells(scheduler, http);
    }

    // What was told since has to be looked at.
    private static void AskAfterTells(SchedulerProcess scheduler, HttpClient http)
    {
        using var client = new SchedulerClient(scheduler.Address);
        var times = new List<double>();
        for (var i = 0; i < Repetitions; i++)
        {
            var trial = client.AskAsync(Study).GetAwaiter().GetResult().Trials[0].Trial;
            client.TellAsync(Study, trial, new TellRequest(Value: 1)).GetAwaiter().GetResult();
            var began = Stopwatch.GetTimestamp();
            http.GetStringAsync($"studies/{Study}/importance").GetAwaiter().GetResult();
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"importance after each of {Repetitions} tells: median {Median(times):0.0} ms, best {times.Min():0.0}, "
                + $"worst {times.Max():0.0}"));
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static void Say(string what, long began) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{what} in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.0} s"));
}
