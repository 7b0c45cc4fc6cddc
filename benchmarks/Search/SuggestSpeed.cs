using System.Diagnostics;
using TuneGraph.Search;

namespace TuneGraph.Benchmarks;

/// <summary>How long does a suggestion take, and how many bytes does it allocate, as trials pile up?</summary>
public static class SuggestSpeed
{
    private const int Repetitions = 200;

    /// <summary>
    /// Prints a line for each number of finished trials, and one for each pruner. Argument: the sampler, if not TPE.
    /// </summary>
    public static int Run(string[] args)
    {
        var sampler = QualityMethod.Parse(args is [var name, ..] ? name : "tpe").Sampler;
        Console.WriteLine($"{sampler.Name}, one core; parameters in tens: 4 float, 2 log, 3 int, 1 categorical");
        var first = Filled(sampler, 100, 1);
        for (var warm = 0; warm < (sampler is TpeSampler ? 1500 : 150); warm++) // so that the compiler is done
            first.Tell(first.Ask()!.Number, TrialState.Failed);
        (int Trials, int Tens)[] sizes = [(100, 1), (250, 2), (1_000, 1), (1_000, 2), (10_000, 1), (10_000, 2)];
        foreach (var (trials, tens) in sizes)
        {
            var study = Filled(sampler, trials, tens);
            for (var warm = 0; warm < (sampler is TpeSampler ? Repetitions : 0); warm++)
                study.Ask(); // they stay running
            var times = new double[Repetitions];
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var r = 0; r < Repetitions; r++)
            {
                var start = Stopwatch.GetTimestamp();
                var trial = study.Ask()!;
                times[r] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                study.Tell(trial.Number, TrialState.Completed, Objective(trial.Configuration));
            }

            var kilobytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 1024 / Repetitions;
            Array.Sort(times);
            var (median, best) = (times[Repetitions / 2], times[0]);
            Console.WriteLine(
                $"{trials,6} trials x {tens * 10}: median {median:F3} ms, best {best:F3} ms, {kilobytes} KB");
        }

        Reports();
        return 0;
    }

    private static void Reports()
    {
        foreach (var pruner in (Pruner[])[new NoPruner(), new MedianPruner(), new SuccessiveHalvingPruner()])
        {
            var start = Stopwatch.GetTimestamp();
            var study = new Study(
                new() { Space = Space(), Sampler = new RandomSampler(), Pruner = pruner, MaxResource = 20 });
            for (var k = 0; k < 10_000; k++)
            {
                var trial = study.Ask()!;
                for (var step = 1; step <= 20; step++)
                    study.Report(trial.Number, step, Objective(trial.Configuration) + (1.0 / step));
                study.Tell(trial.Number, TrialState.Completed, Objective(trial.Configuration));
            }

            var milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Console.WriteLine($"{pruner.Name,6}: 10,000 trials x 20 reports in {milliseconds:F0} ms");
        }
    }

    private static Study Filled(Sampler sampler, int trials, int tens)
    {
        var space = Space(tens);
        var study = new Study(new() { Space = space, Sampler = sampler, Seed = 1 });
        var random = new SearchRandom(7);
        for (var k = 0; k < trials; k++)
        {
            var trial = study.Enqueue(space.Draw(random));
            study.Tell(trial.Number, TrialState.Completed, Objective(trial.Configuration));
        }

        return study;
    }

    private static SearchSpace Space(int tens = 1) =>
        new(Enumerable.Range(0, tens).SelectMany(i => Ten(i == 0 ? "" : $"_{i}")));

    private static Parameter[] Ten(string suffix) => [
        new($"f0{suffix}", new FloatDistribution(0, 1)),
        new($"f1{suffix}", new FloatDistribution(-5, 5)),
        new($"f2{suffix}", new FloatDistribution(0, 1)),
        new($"f3{suffix}", new FloatDistribution(0, 10, Step: 0.1)),
        new($"g0{suffix}", new FloatDistribution(1e-5, 1e-1, Log: true)),
        new($"g1{suffix}", new FloatDistribution(1e-8, 1, Log: true)),
        new($"i0{suffix}", new IntDistribution(1, 8)),
        new($"i1{suffix}", new IntDistribution(16, 1024, Log: true)),
        new($"i2{suffix}", new IntDistribution(0, 100_000)),
        new($"c0{suffix}", CategoricalDistribution.Of("adam", "sgd", "rmsprop", "lion")),
    ];

    private static double Objective(Configuration x) =>
        Math.Pow(x["f0"].AsFloat() - 0.3, 2) + Math.Pow(x["f1"].AsFloat() / 5, 2)
        + Math.Abs(Math.Log10(x["g0"].AsFloat()) + 3) + (x["i0"].AsInt() == 3 ? 0 : 0.5)
        + (x["c0"].AsText() == "adam" ? 0 : 0.3);
}
