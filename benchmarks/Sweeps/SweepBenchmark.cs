using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace TuneGraph.Benchmarks;

/// <summary>
/// A whole tuning of a network on digits beside Optuna with PyTorch: 50 trials of at most 20 epochs, TPE, median
/// pruner, one trial at a
/// time on one thread. The two take turns; each is a process of its own, timed from outside, and the search alone from
/// inside.
/// TuneGraph keeps everything in SQLite with a checkpoint an epoch; Optuna keeps its study in memory and no
/// checkpoints.
/// Run: dotnet run --project benchmarks -- sweep [rounds, default 5] [python, default /usr/bin/python3]
/// On Debian the peer needs python3-optuna, python3-torch, python3-sklearn and libopenblas0-pthread.
/// </summary>
internal static class SweepBenchmark
{
    public static int Run(string[] args)
    {
        var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
        var python = args.Length > 1 ? args[1] : "/usr/bin/python3";
        var root = Root();
        var ours = new List<Outcome>();
        var peers = new List<Outcome>();
        for (var seed = 1; seed <= rounds; seed++)
        {
            ours.Add(RunOurs(root, seed));
            peers.Add(RunPeer(root, python, seed));
        }

        Print("tunegraph", ours);
        Print(peers[0].Version, peers);
        Console.WriteLine(
            $"ratio of whole processes {Ratio(peers, ours, run => run.ProcessSeconds)}, of the searches alone "
            + $"{Ratio(peers, ours, run => run.SearchSeconds)}, "
                + $"of the time per epoch {Ratio(peers, ours, run => run.SearchSeconds / run.Epochs)} (median of "
                + $"pairs, above 1: TuneGraph is faster)"
        );
        return 0;
    }

    private static Outcome RunOurs(string root, int seed)
    {
        var folder = Directory.CreateTempSubdirectory("tunegraph-");
        try
        {
            var cli = Path.Combine(root, "artifacts", "bin", "TuneGraph.Cli", "release", "TuneGraph.Cli.dll");
            var sweep = Path.Combine(root, "benchmarks", "Sweeps", "tune.yaml");
            var seedText = seed.ToString(CultureInfo.InvariantCulture);
            var (lines, seconds) = Execute(
                "dotnet",
                [cli, "run", sweep, "--seed", seedText, "--output", Path.Combine(folder.FullName, "out"), "--json"]
            );
            var end = JsonDocument.Parse(lines[^1]).RootElement;
            using var store = SqliteStudyStore.OpenExisting(
                StudyFolder.StorePath(Path.Combine(folder.FullName, "out"))
            );
            var study = store.Load("tune")!;
            var epochs = study.Log.Count(item => item.Event is Search.StepReported);
            var pruned = TrialSummary.From(study).Count(trial => trial.State == Search.TrialState.Pruned);
            return new(
                seconds,
                (study.Log[^1].At - study.CreatedAt).TotalSeconds,
                end.GetProperty("best").GetProperty("value").GetDouble(),
                epochs,
                pruned,
                ""
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Outcome RunPeer(string root, string python, int seed)
    {
        var script = Path.Combine(root, "benchmarks", "Sweeps", "optuna_torch.py");
        var data = Path.Combine(root, "examples", "data", "digits.csv.gz");
        var (lines, seconds) = Execute(python, [script, data, seed.ToString(CultureInfo.InvariantCulture)]);
        var end = JsonDocument.Parse(lines[^1]).RootElement;
        return new(
            seconds,
            end.GetProperty("search_s").GetDouble(),
            end.GetProperty("best").GetDouble(),
            end.GetProperty("epochs").GetInt32(),
            end.GetProperty("pruned").GetInt32(),
            end.GetProperty("version").GetString()!
        );
    }

    private static (string[] Lines, double Seconds) Execute(string command, string[] args)
    {
        var info = new ProcessStartInfo(command, args) { RedirectStandardOutput = true };
        info.Environment["OMP_NUM_THREADS"] = "1";
        info.Environment["OPENBLAS_NUM_THREADS"] = "1";
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start(info)!;
        var lines = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        return process.ExitCode == 0
            ? (lines, Stopwatch.GetElapsedTime(started).TotalSeconds)
            : throw new InvalidOperationException(
                $"{command} {string.Join(' ', args)} ended with exit code {process.ExitCode}."
            );
    }

    private static void Print(string name, List<Outcome> runs) =>
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: process {Median(runs, run => run.ProcessSeconds):F2} s, search "
                + $"{Median(runs, run => run.SearchSeconds):F2} s, best {Median(runs, run => run.Best):F4}, "
                    + $"{Median(runs, run => run.Epochs):F0} epochs, {Median(runs, run => run.Pruned):F0} pruned; "
                    + $"medians of {runs.Count}"
            )
        );

    private static string Ratio(List<Outcome> peers, List<Outcome> ours, Func<Outcome, double> figure) =>
        Median(peers.Zip(ours).Select(pair => figure(pair.First) / figure(pair.Second)))
            .ToString("F1", CultureInfo.InvariantCulture);

    private static double Median(IEnumerable<Outcome> runs, Func<Outcome, double> figure) =>
        Median(runs.Select(figure));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "TuneGraph.sln")))
                return folder;
        }

        throw new InvalidOperationException("Run this benchmark inside the repository.");
    }

    private sealed record Outcome(
        double ProcessSeconds,
        double SearchSeconds,
        double Best,
        int Epochs,
        int Pruned,
        string Version
    );
}
