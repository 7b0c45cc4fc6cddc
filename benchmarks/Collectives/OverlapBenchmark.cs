using System.Diagnostics;
using System.Globalization;
using TuneGraph.Collectives;

namespace TuneGraph.Benchmarks;

/// <summary>
/// How much of the gradients' exchange does the backward pass hide? Two processes train the benchmark's MLP
/// (784-512-256-10, batch 128 per rank, one thread each) over loopback TCP with an added delay of 1 ms per message.
/// "Exposed" is the time for which the training thread waits after its backward pass; "total" is the time inside the
/// collectives. Settings: <c>batch=128</c>, <c>delay=1</c> (ms), <c>steps=60</c>.
/// </summary>
internal static class OverlapBenchmark
{
    private const int Ranks = 2;
    private const int TuningSteps = 5;

    internal static int Run(string[] arguments)
    {
        var settings = arguments.Select(a => a.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        if (settings.TryGetValue("group", out var folder)) return RunRank(folder, 1, settings);
        folder = Directory.CreateTempSubdirectory("tgoverlap").FullName;
        using var other = Process.Start(Environment.ProcessPath!, ["overlap", .. arguments, $"group={folder}"]);
        RunRank(folder, 0, settings);
        other.WaitForExit();
        Directory.Delete(folder, recursive: true);
        return 0;
    }

    private static int RunRank(string folder, int rank, Dictionary<string, string> settings)
    {
        var batch = Number("batch", 128);
        var steps = Number("steps", 60);
        var timeline = new CollectiveTimeline();
        using var store = new FileStore(folder);
        var transport = SocketGroup.Connect("overlap", rank, Ranks, store);
        using var group = ProcessGroup.Over(
            new FaultyTransport(transport, new() { Delay = TimeSpan.FromMilliseconds(Number("delay", 1)) }),
            new() { Timeline = timeline });
        var mlp = new OverlapMlp(batch);
        foreach (var (name, options) in Layouts())
        {
            using var buckets = new GradientBuckets<float>(group, OverlapMlp.ParameterLengths, options);
            while (buckets.IsTuning) Step(mlp, buckets);
            for (var i = 0; i < 5; i++) Step(mlp, buckets);
            var before = timeline.TotalsOf(CollectiveKind.AllReduce);
            var started = Stopwatch.GetTimestamp();
            var exposed = 0.0;
            for (var i = 0; i < steps; i++) exposed += Step(mlp, buckets);
            var step = Stopwatch.GetElapsedTime(started).TotalSeconds / steps;
            var total = (timeline.TotalsOf(CollectiveKind.AllReduce).Seconds - before.Seconds) / steps;
            if (rank == 0) Print(name, buckets, step, total, exposed / steps);
        }
        return 0;

        int Number(string key, int otherwise) =>
            settings.TryGetValue(key, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }

    private static IEnumerable<(string Name, BucketOptions Options)> Layouts() =>
    [
        ("one bucket", new() { FirstBucketBytes = int.MaxValue, BucketBytes = int.MaxValue }),
        ("defaults", new()),
        ("512 KiB", new() { FirstBucketBytes = 512 << 10, BucketBytes = 512 << 10 }),
        ("tuned", new() { TuningSteps = TuningSteps }),
    ];

    /// <summary>Seconds for which the training thread waited.</summary>
    private static double Step(OverlapMlp mlp, GradientBuckets<float> buckets)
    {
        mlp.Backward(buckets);
        var done = Stopwatch.GetTimestamp();
        buckets.Wait();
        return Stopwatch.GetElapsedTime(done).TotalSeconds;
    }

    private static void Print(string name, GradientBuckets<float> buckets, double step, double total, double exposed) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-10} {buckets.BucketLengths.Length,2} buckets  step {step * 1e3,6:F2} ms  in collectives "
            + $"{total * 1e3,6:F2} ms  exposed {exposed * 1e3,5:F2} ms = {exposed / total,4:P0} of the communication, "
            + $"{exposed / step,4:P0} of the step"));
}
