using System.Diagnostics;
using System.Globalization;
using TuneGraph.Collectives;

namespace TuneGraph.Benchmarks;

/// <summary>
/// How fast is an all-reduce of float32 sums between ranks of this machine? Prints the median and the best time over
/// the repetitions, each of which counts as long as its slowest rank took, and S/t ("algorithm bandwidth"). Arguments:
/// <c>threads|shm|shm-copy|tcp|uds</c>, the world size, then optionally <c>algorithm=Ring</c> and
/// <c>kib=64,1024,16384</c>.
/// </summary>
internal static class AllReduceBenchmark
{
    private const int BufferKib = 1024;

    internal static int Run(string[] arguments)
    {
        var (kind, worldSize) = (arguments[0], int.Parse(arguments[1], CultureInfo.InvariantCulture));
        var settings = arguments.Skip(2).Select(a => a.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);
        var sizes = settings.GetValueOrDefault("kib", "64,1024,16384").Split(',')
            .Select(kib => int.Parse(kib, CultureInfo.InvariantCulture)).ToArray();
        var options = new ProcessGroupOptions
        {
            Algorithm = Enum.Parse<AllReduceAlgorithm>(settings.GetValueOrDefault("algorithm", "Auto")),
        };
        if (kind == "threads") RunThreads(worldSize, sizes, options);
        else if (settings.TryGetValue("rank", out var rank))
        {
            var place = int.Parse(rank, CultureInfo.InvariantCulture);
            RunRank(kind, settings["group"], place, worldSize, sizes, settings, options);
        }
        else RunProcesses(arguments, kind, worldSize, sizes, settings, options);
        return 0;
    }

    private static void RunThreads(int worldSize, int[] sizes, ProcessGroupOptions options)
    {
        var groups = InProcessGroup.Create(worldSize, new() { Algorithm = options.Algorithm });
        var threads = groups.Select(group => new Thread(
            () => Measure("threads", group, sizes, length => new float[length]))).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
    }

    private static void RunProcesses(
        string[] arguments, string kind, int worldSize, int[] sizes, Dictionary<string, string> settings,
        ProcessGroupOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("tgbench");
        var group = $"group={folder.FullName}";
        var children = Enumerable.Range(1, worldSize - 1).Select(rank => Process.Start(
            Environment.ProcessPath!, ["allreduce", .. arguments, group, $"rank={rank}"])).ToArray();
        RunRank(kind, folder.FullName, 0, worldSize, sizes, settings, options);
        foreach (var child in children) child.WaitForExit();
        folder.Delete(recursive: true);
    }

    private static void RunRank(
        string kind, string folder, int rank, int worldSize, int[] sizes, Dictionary<string, string> settings,
        ProcessGroupOptions options)
    {
        if (kind.StartsWith("shm", StringComparison.Ordinal))
        {
            using var shared = SharedMemoryGroup.Join(
                Path.GetFileName(folder), rank, worldSize, new() { Algorithm = options.Algorithm });
            Measure(kind, shared, sizes, length => kind == "shm" ? shared.Allocate<float>(length) : new float[length]);
            return;
        }
        var buffer = int.Parse(settings.GetValueOrDefault("buffer", "4096"), CultureInfo.InvariantCulture) * BufferKib;
        using var store = new FileStore(folder);
        using var group = SocketGroup.Join("bench", rank, worldSize, store, new()
        {
            Algorithm = options.Algorithm,
            UnixFolder = kind == "uds" ? folder : null,
            BufferBytes = buffer,
        });
        Measure(kind, group, sizes, length => new float[length]);
    }

    private static void Measure(string kind, ProcessGroup group, int[] sizes, Func<int, Memory<float>> allocate)
    {
        foreach (var kib in sizes)
        {
            var vector = allocate(kib * 256);
            var repetitions = Math.Clamp(40_000_000 / vector.Length, 5, 400);
            var seconds = new double[repetitions];
            Check(group, vector);
            for (var i = 0; i < repetitions + 3; i++)
            {
                // As after a backward pass: every rank has just written its own vector, so sums must cross between
                // cores.
                vector.Span.Fill(0.5f);
                group.Barrier();
                var start = Stopwatch.GetTimestamp();
                group.AllReduce(vector.Span);
                if (i >= 3) seconds[i - 3] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
            group.AllReduce(seconds, ReduceOp.Max);
            if (group.Rank == 0) Print(kind, group.WorldSize, kib, seconds);
        }
    }

    private static void Check(ProcessGroup group, Memory<float> vector)
    {
        vector.Span.Fill(group.Rank + 1);
        group.AllReduce(vector.Span);
        if (vector.Span.ContainsAnyExcept(group.WorldSize * (group.WorldSize + 1) / 2f))
            throw new InvalidDataException("The all-reduce gave a wrong sum.");
    }

    private static void Print(string kind, int worldSize, int kib, double[] seconds)
    {
        Array.Sort(seconds);
        var (median, best) = (seconds[seconds.Length / 2], seconds[0]);
        var invariant = CultureInfo.InvariantCulture;
        Console.WriteLine(
            string.Create(invariant, $"{kind,-9} N={worldSize} {kib,6} KiB")
            + string.Create(invariant, $"  median {median * 1e6,9:F1} us {kib * 1024 / median / 1e9,7:F2} GB/s")
            + string.Create(invariant, $"   best {best * 1e6,9:F1} us {kib * 1024 / best / 1e9,7:F2} GB/s"));
    }
}
