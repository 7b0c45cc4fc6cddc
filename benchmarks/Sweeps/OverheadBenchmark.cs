using System.Diagnostics;
using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph.Benchmarks;

/// <summary>
/// What does a trial cost besides its objective? A sweep over a function that does nothing, one trial at a time, random
/// suggestions of
/// two parameters that the function asks for; study in memory, and in a SQLite file with every trial, parameter and
/// attempt committed
/// as it happens. Run: dotnet run --project benchmarks -- overhead
/// </summary>
internal static class OverheadBenchmark
{
    private const int Trials = 2000;
    private const int Rounds = 7;

    public static int Run()
    {
        Measure(output: null, Trials);
        Print("memory", output: false);
        Print("sqlite", output: true);
        return 0;
    }

    private static void Print(string store, bool output)
    {
        var times = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            var folder = output ? Directory.CreateTempSubdirectory("tunegraph-") : null;
            times[round] = Measure(folder is null ? null : Path.Combine(folder.FullName, "out"), Trials);
            folder?.Delete(recursive: true);
        }

        Array.Sort(times);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{store}: {times[Rounds / 2]:F3} ms a trial (best {times[0]:F3}, worst {times[^1]:F3}), {Trials} "
                + $"trials, median of {Rounds}"
            )
        );
    }

    private static double Measure(string? output, int trials)
    {
        var sweep = Sweep.Named("overhead").Minimize("value").Sampler(new RandomSampler()).Parallel(1).Trials(trials);
        var started = Stopwatch.GetTimestamp();
        var result = (output is null ? sweep : sweep.Output(output))
            .RunAsync(trial => trial.Float("x", 0, 1) + trial.Int("n", 1, 9))
            .GetAwaiter()
            .GetResult();
        var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        return result.Trials.Length == trials
            ? elapsed / trials
            : throw new InvalidOperationException($"{result.Trials.Length} of {trials} trials ran: {result.Reason}");
    }
}
