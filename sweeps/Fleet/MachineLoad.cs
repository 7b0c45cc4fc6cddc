namespace TuneGraph;

/// <summary>What a worker's machine was doing when the worker last spoke, other programs included.</summary>
/// <param name="Processor">Share of its cores that was busy since the time before, from 0 to 1.</param>
/// <param name="MemoryBytes">Memory in use.</param>
/// <param name="MemoryTotalBytes">Memory that it has.</param>
public sealed record MachineLoad(double Processor, long MemoryBytes, long MemoryTotalBytes);
