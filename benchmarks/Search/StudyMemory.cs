using System.Diagnostics;
using TuneGraph.Search;

namespace TuneGraph.Benchmarks;

/// <summary>How much memory does a study hold, and how long do asking and listing take, as trials pile up?</summary>
public static class StudyMemory
{
    private const int Steps = 20;

    /// <summary>Prints a line for each number of finished trials of 20 steps and ten parameters.</summary>
    public static int Run()
    {
        foreach (var name in (string[])["random", "tpe"])
        {
            foreach (var trials in (int[])[1_000, 10_000, 100_000])
                Measure(name, trials);
        }

        return 0;
    }

    private static void Measure(string name, int trials)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var study = new Study(new()
        {
            Space = SuggestSpeed.Space(),
            Sampler = name == "tpe" ? new TpeSampler() : new RandomSampler(),
            Pruner = new MedianPruner(),
            MaxResource = Steps,
        });
        var random = new SearchRandom(7);
        for (var k = 0; k < trials; k++)
        {
            var trial = study.Enqueue(study.Options.Space!.Draw(random)); // kept as if it had been asked for
            for (var step = 1; step <= Steps; step++)
                study.Report(trial.Number, step, SuggestSpeed.Objective(trial.Configuration) + (1.0 / step));
            study.Tell(trial.Number, TrialState.Completed, SuggestSpeed.Objective(trial.Configuration));
        }

        var ask = Median(() => study.Tell(study.Ask()!.Number, TrialState.Failed));
        var completed = 0;
        var list = Median(() => completed = study.Trials.Count(trial => trial.State == TrialState.Completed));
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine(
            $"{name,6} {completed,7} trials: {bytes / 1e6:F1} MB, {bytes / trials} bytes a trial; "
            + $"ask {ask:F3} ms, list {list:F3} ms");
        GC.KeepAlive(study);
    }

    private static double Median(Action action)
    {
        var times = new double[21];
        for (var r = 0; r < times.Length; r++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            times[r] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        return times[times.Length / 2];
    }
}
