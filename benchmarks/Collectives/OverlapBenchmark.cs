using System.Diagnostics;
using System.Globalization;
using TuneGraph.Collectives;

namespace TuneGraph.Benchmarks;

/// <summary>
/// How much of the gradients' exchange does the backward pass hide? Two processes train the benchmark's MLP
/// (784-512-256-10) over loopback TCP, on which every message comes 1 ms late; messages on their way do not wait for
/// each other. "Exposed" is the time for which the training thread waits after its backward pass; "communication" is
/// the time in which at least one bucket is exchanged; the last columns take out of both what the ranks wait for each
/// other. Settings: <c>model=trainer</c> (the training engine) or
/// <c>loops</c> (plain vector loops, some ten times slower), <c>batch=128</c> (per rank), <c>delay=1</c> (ms),
/// <c>steps=20</c> (per turn), <c>turns=7</c>, <c>kib=64,128,256,512</c> (sizes of buckets),
/// <c>lanes=4</c>, <c>trace=file</c>.
/// </summary>
internal static class OverlapBenchmark
{
    private const int Ranks = 2;

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
        var delay = double.Parse(settings.GetValueOrDefault("delay", "1"), CultureInfo.InvariantCulture);
        var origin = Stopwatch.GetTimestamp() / (Stopwatch.Frequency / TimeSpan.TicksPerSecond);
        var timeline = new CollectiveTimeline();
        using var store = new FileStore(folder);
        var transport = SocketGroup.Connect("overlap", rank, Ranks, store);
        Transport delayed = settings.GetValueOrDefault("line", "link") == "link"
            ? new LinkDelay(transport, TimeSpan.FromMilliseconds(delay))
            : new FaultyTransport(transport, new() { Delay = TimeSpan.FromMilliseconds(delay) });
        using var group = ProcessGroup.Over(delayed, new() { Timeline = timeline });
        var (batch, steps, turns) = (Number("batch", 128), Number("steps", 20), Number("turns", 7));
        IOverlapModel model = settings.GetValueOrDefault("model", "trainer") == "loops"
            ? new OverlapLoops(group, batch, steps, turns, Number("lanes", 4))
            : new OverlapTrainer(group, batch, steps, turns, Number("lanes", 4));
        foreach (var kib in settings.GetValueOrDefault("kib", "0,512,256,128,64").Split(',').Select(int.Parse))
        {
            var all = new List<OverlapTimes>();
            var (seen, first) = (timeline.Count, timeline.Count);
            model.Train(kib, times =>
            {
                var spans = timeline.Spans[^(int)(timeline.Count - seen)..];
                all.Add(times with { Communication = Union(spans) / steps });
                seen = timeline.Count;
            });
            var trace = OverlapTrace.Of(timeline.Spans[^(int)(timeline.Count - first)..], origin);
            if (rank == 1) trace.Save(Path.Combine(folder, $"{kib}"));
            else Print(kib, all[2..], trace.Merge(OverlapTrace.Await(Path.Combine(folder, $"{kib}"))));
        }
        if (settings.TryGetValue("trace", out var path))
        {
            using var file = File.Create($"{path}.{rank}.json");
            timeline.WriteChromeTrace(file);
        }
        return 0;

        int Number(string key, int otherwise) =>
            settings.TryGetValue(key, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }

    /// <summary>Seconds in which any of the collectives ran.</summary>
    private static double Union(IEnumerable<CollectiveSpan> spans)
    {
        long sum = 0, until = 0;
        foreach (var span in spans.Where(s => s.Call.Label.StartsWith("bucket", StringComparison.Ordinal)
            || s.Call.Elements > 1000).OrderBy(s => s.Start))
        {
            sum += Math.Max(0, span.End - Math.Max(until, span.Start));
            until = Math.Max(until, span.End);
        }
        return new TimeSpan(sum).TotalSeconds;
    }

    // The first two turns hold compilation.
    private static void Print(
        int kib, List<OverlapTimes> turns, (double Communication, double Exposed, double Share) link)
    {
        double Median(Func<OverlapTimes, double> part) => 1e3 * turns.Select(part).Order().ElementAt(turns.Count / 2);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(kib == 0 ? "whole" : $"{kib} KiB"),-8} step {Median(t => t.Step),6:F2} ms  backward "
            + $"{Median(t => t.Backward),6:F2} ms  rank 0 waits {Median(t => t.Exposed),5:F2} of "
            + $"{Median(t => t.Communication),5:F2} ms = {Median(t => t.Exposed / t.Communication) / 1e3,4:P0}, "
            + $"{Median(t => t.Exposed / t.Step) / 1e3,4:P0} of the step; without waiting for the other rank "
            + $"{link.Exposed * 1e3,5:F2} of {link.Communication * 1e3,5:F2} ms = {link.Share,4:P0}"));
    }
}
