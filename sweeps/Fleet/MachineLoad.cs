namespace TuneGraph;

/// <summary>What a worker's machine was doing when the worker last spoke, other programs included.</summary>
/// <param name="Processor">Share of its cores that was busy since the time before, from 0 to 1.</param>
/// <param name="MemoryBytes">Memory in use.</param>
/// <param name="MemoryTotalBytes">Memory that it has.</param>
public sealed record MachineLoad(double Processor, long MemoryBytes, long MemoryTotalBytes)
{
    /// <summary>
    /// Bytes a second that came in by its network cards since the time before, without what it sends itself; null where
    /// it cannot tell.
    /// </summary>
    public double? ReceivedPerSecond { get; init; }

    /// <summary>Bytes a second that went out; null where it cannot tell.</summary>
    public double? SentPerSecond { get; init; }

    /// <summary>
    /// Share of the time in which its GPUs computed, on average, from 0 to 1; null where there are none that tell.
    /// </summary>
    public double? Gpu { get; init; }

    /// <summary>Memory of its GPUs in use, together; null where there are none that tell.</summary>
    public long? GpuMemoryBytes { get; init; }

    /// <summary>Memory that its GPUs have together; null where there are none that tell.</summary>
    public long? GpuMemoryTotalBytes { get; init; }
}
