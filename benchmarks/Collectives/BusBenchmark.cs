using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using TuneGraph.Collectives;
using TuneGraph.Tests.Sidecar;
using TuneGraph.Worker;

namespace TuneGraph.Benchmarks;

/// <summary>
/// All-reduce by pub/sub beside TCP, turn by turn: four ranks as threads, a sidecar's double between them, chunks of
/// several sizes; the broker's bytes beside those of the formula; and the same messages without the protocol. Settings:
/// <c>ranks=4</c>, <c>mib=4</c> (the vector), <c>kib=64,256,1024,3072</c> (chunks), <c>calls=5</c> a turn,
/// <c>turns=5</c>.
/// </summary>
internal static class BusBenchmark
{
    internal static int Run(string[] arguments) => RunAsync(arguments).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(string[] arguments)
    {
        var settings = arguments.Select(a => a.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        int Number(string name, int plain) => int.Parse(
            settings.GetValueOrDefault(name, plain.ToString(CultureInfo.InvariantCulture)),
            CultureInfo.InvariantCulture);
        var (ranks, calls, turns) = (Number("ranks", 4), Number("calls", 5), Number("turns", 5));
        var bytes = Number("mib", 4) << 20;
        Console.WriteLine(
            "| chunk | pub/sub ms | MB/s a rank | floor ms | TCP ring ms | to floor | to TCP | CPU ms | floor's "
            + "| publishes | broker in / 2(N-1)M |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (var kib in settings.GetValueOrDefault("kib", "64,256,1024,3072").Split(',').Select(int.Parse))
        {
            using var broker = new Broker().With("gradbus");
            await using var sidecar = await new DaprSidecar(broker).StartAsync();
            var bus = await BusAsync(sidecar, ranks, kib << 10);
            var tcp = Tcp(ranks);
            using var floor = await BusFloor.OpenAsync(sidecar, ranks, kib << 10);
            Floor(floor, ranks, bytes, calls);
            Turn(bus, bytes, calls);
            Turn(tcp, bytes, calls);
            var (busTimes, tcpTimes, floorTimes) = (new List<double>(), new List<double>(), new List<double>());
            var (busWork, floorWork) = (new List<double>(), new List<double>());
            BrokerCounts sum = default;
            for (var turn = 0; turn < turns; turn++)
            {
                var before = broker.Counts;
                busWork.Add(Work(() => busTimes.Add(Turn(bus, bytes, calls))) / calls);
                var after = broker.Counts;
                sum = sum with
                {
                    Published = sum.Published + after.Published - before.Published,
                    PublishedBytes = sum.PublishedBytes + after.PublishedBytes - before.PublishedBytes,
                };
                floorWork.Add(Work(() => floorTimes.Add(Floor(floor, ranks, bytes, calls))) / calls);
                tcpTimes.Add(Turn(tcp, bytes, calls));
            }
            var (busMs, tcpMs, floorMs) = (Median(busTimes), Median(tcpTimes), Median(floorTimes));
            var due = 2.0 * (ranks - 1) * bytes * calls * turns;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {kib} KiB | {busMs:0.0} | {2.0 * (ranks - 1) / ranks * bytes / busMs / 1000:0} | {floorMs:0.0} | "
                + $"{tcpMs:0.0} | {busMs / floorMs:0.00} | {busMs / tcpMs:0.0} | {Median(busWork):0} | "
                + $"{Median(floorWork):0} | {sum.Published / (double)(calls * turns):0.0} | "
                + $"{sum.PublishedBytes / due:0.0000} |"));
            foreach (var group in bus.Concat(tcp)) group.Dispose();
        }
        return 0;
    }

    private static async Task<ProcessGroup[]> BusAsync(DaprSidecar sidecar, int ranks, int chunkBytes)
    {
        var settings = new DaprSettings { Grpc = sidecar.Grpc, ChunkBytes = chunkBytes };
        var inboxes = await Task.WhenAll(
            Enumerable.Range(0, ranks).Select(rank => GradInbox.OpenAsync(settings, $"bench-{rank}")));
        ImmutableArray<string?> topics = [.. inboxes.Select(inbox => inbox.Topic)];
        return Join(ranks, rank => DaprGroup.Join(
            inboxes[rank], new DaprPlace("bench", 1, rank, topics), null, CancellationToken.None));
    }

    private static ProcessGroup[] Tcp(int ranks)
    {
        var store = new FileStore(Directory.CreateTempSubdirectory("tgbus").FullName);
        var options = new SocketOptions { Algorithm = AllReduceAlgorithm.Ring };
        return Join(ranks, rank => SocketGroup.Join("ring", rank, ranks, store, options));
    }

    private static ProcessGroup[] Join(int ranks, Func<int, ProcessGroup> join)
    {
        var groups = new ProcessGroup[ranks];
        OnEach(ranks, rank => groups[rank] = join(rank));
        return groups;
    }

    /// <returns>Milliseconds a call, of the slowest rank.</returns>
    private static double Turn(ProcessGroup[] groups, int bytes, int calls)
    {
        var times = new double[groups.Length];
        OnEach(groups.Length, rank =>
        {
            var values = new float[bytes / sizeof(float)];
            groups[rank].Barrier();
            var start = Stopwatch.GetTimestamp();
            for (var call = 0; call < calls; call++) groups[rank].AllReduce(values);
            times[rank] = Stopwatch.GetElapsedTime(start).TotalMilliseconds / calls;
        });
        return times.Max();
    }

    private static double Floor(BusFloor floor, int ranks, int bytes, int calls)
    {
        var start = Stopwatch.GetTimestamp();
        for (var call = 0; call < calls; call++)
            Task.WhenAll(Enumerable.Range(0, ranks).Select(rank => Task.Run(() => floor.CallAsync(rank, bytes))))
                .GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / calls;
    }

    /// <returns>Milliseconds of processor time that something took, on all threads.</returns>
    private static double Work(Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
    }

    private static void OnEach(int ranks, Action<int> body)
    {
        var threads = Enumerable.Range(0, ranks).Select(rank => new Thread(() => body(rank))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
}
