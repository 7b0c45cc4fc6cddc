using System.Diagnostics;
using TuneGraph.Search;

namespace TuneGraph.Benchmarks;

/// <summary>How long do importances and plots take at 1,000 and 10,000 trials of 20 parameters?</summary>
public static class ImportanceSpeed
{
    private const int Repetitions = 7;

    /// <summary>Prints the median time of each.</summary>
    public static int Run()
    {
        var space = new SearchSpace(Enumerable.Range(0, 20).Select(i => new Parameter(
            $"p{i}", i % 5 == 0 ? CategoricalDistribution.Of("a", "b", "c") : new FloatDistribution(0, 1))));
        foreach (var trials in (int[])[1_000, 10_000])
        {
            var random = new SearchRandom(1);
            var evaluations = new List<Evaluation>(trials);
            for (var k = 0; k < trials; k++)
            {
                var x = new RandomSampler().Suggest(space, null!, random);
                evaluations.Add(new(k, x, x["p1"].AsFloat() + Math.Pow(x["p2"].AsFloat() - 0.3, 2)));
            }

            Time($"ped-anova, {trials} trials", () => PedAnova.Of(space, evaluations, Direction.Minimize));
            Time($"fanova, {trials} trials", () => Fanova.Fit(space, evaluations, Direction.Minimize));
            Time($"contour, {trials} trials", () => ContourPlot.Of(space, evaluations, Direction.Minimize, "p1", "p2"));
            Time($"parallel coordinates, {trials} trials", () => ParallelCoordinates.Of(space, evaluations));
            Time($"rank, {trials} trials", () => RankPlot.Of(space, evaluations, Direction.Minimize, "p1", "p2"));
        }

        return 0;
    }

    private static void Time(string what, Func<object> work)
    {
        var begun = Stopwatch.GetTimestamp();
        for (var warm = 0; warm < 50 && Stopwatch.GetElapsedTime(begun).TotalSeconds < 2; warm++)
            work(); // so that the compiler is done
        var times = new double[Repetitions];
        for (var r = 0; r < Repetitions; r++)
        {
            var start = Stopwatch.GetTimestamp();
            work();
            times[r] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        Console.WriteLine($"{what}: median {times[Repetitions / 2]:F2} ms, best {times[0]:F2} ms");
    }
}
