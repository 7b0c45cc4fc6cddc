using System.Diagnostics;
using System.Globalization;
using TuneGraph.Collectives;

namespace TuneGraph.Benchmarks;

/// <summary>
/// How fast is an all-reduce of float32 sums between ranks of this machine? Prints the median and the best time over
/// the repetitions, each of which counts as long as its slowest rank took, and S/t ("algorithm bandwidth"). Arguments:
/// <c>threads|shm|shm-copy|tcp|tls|uds</c>, the world size, then optionally <c>algorithm=Ring</c>,
/// <c>kib=64,1024,16384</c>, <c>pin=1</c> for a processor per rank and <c>raw=1</c> for bare seconds.
/// </summary>
internal static class AllReduceBenchmark
{
    private const int BufferKib = 1024;
    private const int Repetitions = 5;
    private const double SecondsPerRepetition = 0.06;

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
        if (kind == "copy") MemoryCopy.Run(worldSize, sizes);
        else if (kind == "threads") RunThreads(worldSize, sizes, settings, options);
        else if (settings.TryGetValue("rank", out var rank))
        {
            var place = int.Parse(rank, CultureInfo.InvariantCulture);
            RunRank(kind, settings["group"], place, worldSize, sizes, settings, options);
        }
        else RunProcesses(arguments, kind, worldSize, sizes, settings, options);
        return 0;
    }

    private static void RunThreads(
        int worldSize, int[] sizes, Dictionary<string, string> settings, ProcessGroupOptions options)
    {
        var (raw, pin) = (settings.ContainsKey("raw"), settings.ContainsKey("pin"));
        var groups = InProcessGroup.Create(worldSize, new() { Algorithm = options.Algorithm });
        var threads = groups.Select(group => new Thread(
            () => Measure("threads", group, sizes, raw, pin, length => new float[length]))).ToArray();
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
        var (raw, pin) = (settings.ContainsKey("raw"), settings.ContainsKey("pin"));
        if (kind.StartsWith("shm", StringComparison.Ordinal))
        {
            using var shared = SharedMemoryGroup.Join(
                Path.GetFileName(folder), rank, worldSize, new() { Algorithm = options.Algorithm });
            Measure(
                kind, shared, sizes, raw, pin,
                length => kind == "shm" ? shared.Allocate<float>(length) : new float[length]);
            return;
        }
        var buffer = int.Parse(settings.GetValueOrDefault("buffer", "4096"), CultureInfo.InvariantCulture) * BufferKib;
        using var store = new FileStore(folder);
        using var group = SocketGroup.Join("bench", rank, worldSize, store, new()
        {
            Algorithm = options.Algorithm,
            UnixFolder = kind == "uds" ? folder : null,
            Token = "benchmark",
            Encrypt = kind == "tls",
            BufferBytes = buffer,
        });
        Measure(kind, group, sizes, raw, pin, length => new float[length]);
    }

    /// <summary>The same loop as in allreduce_peers.py: calls in a row, each rank on its own vector.</summary>
    private static void Measure(
        string kind, ProcessGroup group, int[] sizes, bool raw, bool pin, Func<int, Memory<float>> allocate)
    {
        if (pin && !group.BindThread()) Console.Error.WriteLine($"Rank {group.Rank} was not bound to a processor.");
        var collections = 0;
        var seconds = new double[Repetitions];
        foreach (var kib in sizes)
        {
            var vector = allocate(kib * 256);
            Check(group, vector);
            vector.Span.Fill(0.5f);
            var calls = (int)Math.Clamp(SecondsPerRepetition / Time(group, vector, 3), 3, 5000);
            Time(group, vector, calls);
            var (allocated, before) = (GC.GetAllocatedBytesForCurrentThread(), GC.CollectionCount(0));
            for (var i = 0; i < Repetitions; i++) seconds[i] = Time(group, vector, calls);
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            collections += GC.CollectionCount(0) - before;
            if (group.Rank != 0) continue;
            if (raw) PrintRaw(kib, seconds);
            else Print(kind, group.WorldSize, kib, seconds);
            if (allocated > 0) Console.Error.WriteLine($"{kind} {kib} KiB: {allocated} bytes allocated.");
        }
        if (group.Rank == 0) Console.Error.WriteLine($"{kind}: {collections} garbage collections while measuring.");
    }

    /// <summary>Seconds of one call on the slowest rank.</summary>
    private static double Time(ProcessGroup group, Memory<float> vector, int calls)
    {
        group.Barrier();
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++) group.AllReduce(vector.Span);
        Span<double> slowest = [Stopwatch.GetElapsedTime(start).TotalSeconds / calls];
        group.AllReduce(slowest, ReduceOp.Max);
        return slowest[0];
    }

    private static void PrintRaw(int kib, double[] seconds)
    {
        var invariant = CultureInfo.InvariantCulture;
        Console.WriteLine($"{kib} {string.Join(' ', seconds.Select(s => s.ToString("F9", invariant)))}");
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
