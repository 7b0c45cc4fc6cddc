using System.Diagnostics;
using System.Globalization;
using TuneGraph.Collectives;

namespace TuneGraph.Benchmarks;

/// <summary>
/// Which algorithm is the fastest by messages, at which size and world size? What the engine's own choice was made
/// from. Every round runs each algorithm once over all sizes, turn by turn; the median over all rounds' repetitions
/// counts. Settings: <c>kind=tcp</c> (or <c>uds</c>), <c>ranks=2,3,4,8</c>, <c>rounds=3</c>,
/// <c>kib=1,16,64,256,512,1024,2048,4096,16384</c>.
/// </summary>
internal static class AllReduceChoosing
{
    private static readonly AllReduceAlgorithm[] _algorithms =
    [
        AllReduceAlgorithm.Doubling, AllReduceAlgorithm.Tree, AllReduceAlgorithm.HalvingDoubling,
        AllReduceAlgorithm.Direct, AllReduceAlgorithm.Ring, AllReduceAlgorithm.Auto,
    ];

    internal static int Run(string[] arguments)
    {
        var settings = arguments.Select(a => a.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var kind = settings.GetValueOrDefault("kind", "tcp");
        var kib = settings.GetValueOrDefault("kib", "1,16,64,256,512,1024,2048,4096,16384");
        var rounds = int.Parse(settings.GetValueOrDefault("rounds", "3"), CultureInfo.InvariantCulture);
        foreach (var ranks in settings.GetValueOrDefault("ranks", "2,3,4,8").Split(','))
        {
            var times = new Dictionary<(AllReduceAlgorithm, int Kib), List<double>>();
            for (var round = 0; round < rounds; round++)
            {
                foreach (var algorithm in _algorithms) Measure(times, kind, ranks, kib, algorithm);
            }
            Print(ranks, kib.Split(','), times);
        }
        return 0;
    }

    private static void Measure(
        Dictionary<(AllReduceAlgorithm, int Kib), List<double>> times, string kind, string ranks, string kib,
        AllReduceAlgorithm algorithm)
    {
        string[] arguments = ["allreduce", kind, ranks, $"kib={kib}", $"algorithm={algorithm}", "raw=1"];
        using var process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            var numbers = line.Split(' ');
            var key = (algorithm, int.Parse(numbers[0], CultureInfo.InvariantCulture));
            if (!times.TryGetValue(key, out var list)) times[key] = list = [];
            list.AddRange(numbers.Skip(1).Select(number => double.Parse(number, CultureInfo.InvariantCulture)));
        }
        process.WaitForExit();
    }

    private static void Print(
        string ranks, string[] sizes, Dictionary<(AllReduceAlgorithm, int Kib), List<double>> times)
    {
        Console.WriteLine($"{ranks} ranks: microseconds, median; * the fastest, Auto is the engine's choice");
        Console.WriteLine($"{"KiB",6}" + string.Concat(_algorithms.Select(algorithm => $"{algorithm,18}")));
        foreach (var size in sizes)
        {
            var kib = int.Parse(size, CultureInfo.InvariantCulture);
            var medians = _algorithms.Select(algorithm => 1e6 * Median(times[(algorithm, kib)])).ToArray();
            var best = medians[..^1].Min();
            Console.WriteLine($"{kib,6}" + string.Concat(medians.Select(time => string.Create(
                CultureInfo.InvariantCulture, $"{time,16:F1}{(time == best ? " *" : "  ")}"))));
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
