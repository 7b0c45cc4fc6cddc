using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>
/// What a worker's machine was doing in the last hour, in columns of whole numbers: the last number is now, null is a
/// time at which nothing was told. A column in which nothing was told at all is empty.
/// </summary>
/// <param name="Name">The worker.</param>
/// <param name="PeriodSeconds">How far the numbers are apart.</param>
/// <param name="Cores">Its cores.</param>
/// <param name="MemoryTotal">Its memory, in megabytes of 1024² bytes; 0 while it is not known.</param>
/// <param name="GpuMemoryTotal">That of its GPUs together; 0 where there are none that tell.</param>
/// <param name="Processor">Share of its cores that was busy, in per cent.</param>
/// <param name="Memory">Memory in use, in megabytes.</param>
/// <param name="Received">What came in by its network cards, in kilobytes a second.</param>
/// <param name="Sent">What went out, in kilobytes a second.</param>
/// <param name="Gpu">Share of the time in which its GPUs computed, in per cent.</param>
/// <param name="GpuMemory">Memory of its GPUs in use, in megabytes.</param>
public sealed record WorkerLoads(
    string Name,
    double PeriodSeconds,
    int Cores,
    long MemoryTotal,
    long GpuMemoryTotal,
    ImmutableArray<long?> Processor,
    ImmutableArray<long?> Memory,
    ImmutableArray<long?> Received,
    ImmutableArray<long?> Sent,
    ImmutableArray<long?> Gpu,
    ImmutableArray<long?> GpuMemory)
{
    private const double Megabyte = 1024 * 1024;
    private const double Kilobyte = 1024;

    internal static WorkerLoads Of(string name, int cores, IReadOnlyList<MachineLoad?> loads)
    {
        var last = loads.LastOrDefault(load => load is not null);
        return new WorkerLoads(
            name,
            LoadHistory.Period.TotalSeconds,
            cores,
            Whole(last?.MemoryTotalBytes / Megabyte) ?? 0,
            Whole(last?.GpuMemoryTotalBytes / Megabyte) ?? 0,
            Column(load => 100 * load.Processor),
            Column(load => load.MemoryBytes / Megabyte),
            Column(load => load.ReceivedPerSecond / Kilobyte),
            Column(load => load.SentPerSecond / Kilobyte),
            Column(load => 100 * load.Gpu),
            Column(load => load.GpuMemoryBytes / Megabyte));

        ImmutableArray<long?> Column(Func<MachineLoad, double?> of)
        {
            ImmutableArray<long?> column = [.. loads.Select(load => load is null ? null : Whole(of(load)))];
            return column.Any(number => number is not null) ? column : [];
        }
    }

    private static long? Whole(double? number) => number is { } known ? (long)Math.Round(known) : null;
}
