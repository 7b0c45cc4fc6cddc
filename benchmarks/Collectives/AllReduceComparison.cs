using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace TuneGraph.Benchmarks;

/// <summary>
/// Our all-reduces beside gloo (PyTorch), OpenMPI and the machine's memory copy, turn by turn on one machine: every
/// round runs each of them once over all sizes, and the median over all rounds' repetitions is printed, with the ratios
/// of the fair pairs. Settings: <c>ranks=2,4</c>, <c>rounds=3</c>, <c>kib=1,16,…</c>, <c>python=/usr/bin/python3</c>,
/// <c>pin=1</c> to bind the ranks of OpenMPI and those that share memory to a processor each, where there are enough.
/// </summary>
internal static class AllReduceComparison
{
    private static readonly string[] _ours = ["tcp", "shm", "threads"];

    internal static int Run(string[] arguments)
    {
        var settings = arguments.Select(a => a.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var kib = settings.GetValueOrDefault("kib", "1,16,64,256,1024,4096,16384,65536");
        var rounds = int.Parse(settings.GetValueOrDefault("rounds", "3"), CultureInfo.InvariantCulture);
        var python = settings.GetValueOrDefault("python", "/usr/bin/python3");
        foreach (var ranks in settings.GetValueOrDefault("ranks", "2,4").Split(','))
        {
            var times = new Dictionary<(string Who, int Kib), List<double>>();
            var binds = settings.ContainsKey("pin")
                && int.Parse(ranks, CultureInfo.InvariantCulture) <= Environment.ProcessorCount;
            string[] pin = binds ? ["pin=1"] : [], bind = binds ? ["--bind-to", "core"] : ["--oversubscribe"];
            for (var round = 0; round < rounds; round++)
            {
                Measure(times, "gloo", python, Script(), "gloo", ranks, kib);
                Measure(
                    times, "mpi", "mpirun",
                    ["--allow-run-as-root", .. bind, "-np", ranks, python, Script(), "mpi", ranks, kib]);
                Measure(times, "copy", Environment.ProcessPath!, "allreduce", "copy", ranks, $"kib={kib}", "raw=1");
                foreach (var kind in _ours)
                {
                    string[] pins = kind == "tcp" ? [] : pin;
                    Measure(
                        times, kind, Environment.ProcessPath!,
                        ["allreduce", kind, ranks, $"kib={kib}", "raw=1", .. pins]);
                }
            }
            Print(ranks, kib.Split(','), times);
        }
        return 0;
    }

    private static string Script([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "allreduce_peers.py");

    /// <summary>Runs one program; where it is missing or fails, its column stays empty.</summary>
    private static void Measure(
        Dictionary<(string Who, int Kib), List<double>> times, string who, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        while (process.StandardOutput.ReadLine() is { } line)
        {
            var numbers = line.Split(' ');
            var key = (who, int.Parse(numbers[0], CultureInfo.InvariantCulture));
            if (!times.TryGetValue(key, out var list)) times[key] = list = [];
            list.AddRange(numbers.Skip(1).Select(number => double.Parse(number, CultureInfo.InvariantCulture)));
        }
        process.WaitForExit();
    }

    private static void Print(
        string ranks, string[] sizes, Dictionary<(string Who, int Kib), List<double>> times)
    {
        string[] everyone = ["gloo", "tcp", "mpi", "shm", "copy", "threads"];
        Console.WriteLine($"{ranks} ranks: microseconds (GB/s), median");
        Console.WriteLine(
            $"{"KiB",6}" + string.Concat(everyone.Select(who => $"{who,19}")) + "  tcp/gloo  shm/mpi  threads/copy");
        foreach (var size in sizes)
        {
            var kib = int.Parse(size, CultureInfo.InvariantCulture);
            var line = $"{kib,6}" + string.Concat(everyone.Select(who => Cell(kib, Median(times, who, kib))));
            line += $"  {Ratio("gloo", "tcp", kib),8}  {Ratio("mpi", "shm", kib),7}";
            line += $"  {Ratio("copy", "threads", kib),12}";
            Console.WriteLine(line);
        }

        string Ratio(string peer, string own, int kib) => string.Create(
            CultureInfo.InvariantCulture, $"{Median(times, peer, kib) / Median(times, own, kib):F2}");
    }

    private static string Cell(int kib, double seconds) => string.Create(
        CultureInfo.InvariantCulture, $"{seconds * 1e6,11:F1} ({kib * 1024 / seconds / 1e9,5:F2})");

    private static double Median(Dictionary<(string Who, int Kib), List<double>> times, string who, int kib)
    {
        if (!times.TryGetValue((who, kib), out var list)) return double.NaN;
        var sorted = list.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
