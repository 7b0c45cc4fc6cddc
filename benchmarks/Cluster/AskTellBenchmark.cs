using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace TuneGraph.Benchmarks;

/// <summary>
/// <c>ask-tell CONNECTION [rounds] [python]</c>: 4 processes run 200 trivial trials each on one study in PostgreSQL,
/// and Optuna does the same in the same PostgreSQL; they take turns. Trials a second, from the start signal to the last
/// process's end, and the time of cores that clients and scheduler took, which other work on the machine changes less.
/// Every process of ours has run 1,500 trials of another study before it says that it is ready, for .NET compiles for
/// the first seconds of a process; Optuna's have run ten, so that all is imported.
/// </summary>
internal static class AskTellBenchmark
{
    private const int Processes = 4;
    private const int Trials = 200;
    private const int WarmTrials = 1500;
    private const string Study = "par";
    private const string Warm = "warm";

    private static readonly string[] _samplers = ["random", "tpe"];

    public static int Run(string[] arguments)
    {
        if (arguments is ["client", var address])
            return Client(new Uri(address)).GetAwaiter().GetResult();
        if (arguments is not [var connection, .. var rest])
        {
            Console.Error.WriteLine("ask-tell CONNECTION [rounds] [python]: names a PostgreSQL, see .ci/postgres.");
            return 2;
        }

        var rounds = rest is [var number, ..] ? int.Parse(number, CultureInfo.InvariantCulture) : 3;
        var python = rest is [_, var path] ? path : "/usr/bin/python3";
        foreach (var sampler in _samplers)
        {
            for (var round = 0; round < rounds; round++)
            {
                var theirs = MeasureOptuna(connection, sampler, python);
                var ours = Measure(connection, sampler);
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{sampler}: {ours.Rate / theirs.Rate:0.0} times Optuna's trials/s, {theirs.Core / ours.Core:0.0} "
                        + $"times for the same time of cores"));
            }
        }

        return 0;
    }

    private static (double Rate, double Core) Measure(string connection, string sampler)
    {
        using var scheduler = SchedulerProcess.Start(InSchema(connection));
        using var client = new SchedulerClient(scheduler.Address);
        foreach (var name in (string[])[Study, Warm])
        {
            client.MakeAsync(name, $$"""
                {"space": {"x": {"type": "float", "low": -5, "high": 5} }, "sampler": "{{sampler}}"}
                """).GetAwaiter().GetResult();
        }

        var self = Path.Combine(AppContext.BaseDirectory, "TuneGraph.Benchmarks.dll");
        var clients = Enumerable.Range(0, Processes).Select(_ => Process.Start(
            new ProcessStartInfo("dotnet", [self, "ask-tell", "client", scheduler.Address.ToString()])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!).ToList();
        clients.ForEach(process => process.StandardOutput.ReadLine());
        var busy = scheduler.Busy;
        var began = Stopwatch.GetTimestamp();
        clients.ForEach(process => process.StandardInput.WriteLine());
        var core = clients.Sum(process => double.Parse(
            process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture));
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        core += (scheduler.Busy - busy).TotalSeconds;
        var done = client.StudyAsync(Study).GetAwaiter().GetResult().Trials["completed"];
        return Say("TuneGraph", sampler, done, seconds, core);
    }

    private static (double Rate, double Core) MeasureOptuna(string connection, string sampler, string python)
    {
        var server = new NpgsqlConnectionStringBuilder(InSchema(connection));
        using (var open = new NpgsqlConnection(connection))
        {
            open.Open();
            using var make = new NpgsqlCommand($"CREATE SCHEMA {server.SearchPath}", open);
            make.ExecuteNonQuery();
        }

        var url = string.Create(
            CultureInfo.InvariantCulture,
            $"postgresql://{server.Username}@{server.Host}:{server.Port}/{server.Database}"
                + $"?options=-csearch_path%3D{server.SearchPath}");
        var script = Path.GetFullPath(Path.Combine("benchmarks", "Cluster", "optuna_ask_tell.py"));
        using var peer = Process.Start(new ProcessStartInfo(python, [script, url, sampler, $"{Processes}", $"{Trials}"])
        {
            RedirectStandardOutput = true,
        })!;
        var said = peer.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.TrimEntries);
        peer.WaitForExit();
        return Say(
            $"Optuna {said[3]}",
            sampler,
            int.Parse(said[0], CultureInfo.InvariantCulture),
            double.Parse(said[1], CultureInfo.InvariantCulture),
            double.Parse(said[2], CultureInfo.InvariantCulture));
    }

    private static (double Rate, double Core) Say(
        string who, string sampler, int done, double seconds, double core)
    {
        var (rate, each) = (done / seconds, core / done * 1e3);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{sampler}: {who}: {done} of {Processes * Trials} trials in {seconds:0.00} s, {rate:0} trials/s, "
                + $"{each:0.00} ms of a core each"));
        return (rate, core / done);
    }

    private static string InSchema(string connection) => $"{connection};Search Path=bench_{Guid.NewGuid():N}";

    private static async Task<int> Client(Uri address)
    {
        using var client = new SchedulerClient(address);
        await RunAsync(client, Warm, WarmTrials);
        Console.WriteLine("ready");
        Console.ReadLine();
        var before = Environment.CpuUsage.TotalTime;
        await RunAsync(client, Study, Trials);
        var core = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        Console.WriteLine(core.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private static async Task RunAsync(SchedulerClient client, string study, int trials)
    {
        for (var done = 0; done < trials; done++)
        {
            var trial = (await client.AskAsync(study)).Trials[0];
            var x = trial.Parameters["x"].GetDouble();
            await client.TellAsync(study, trial.Trial, new TellRequest(Value: x * x));
        }
    }
}
