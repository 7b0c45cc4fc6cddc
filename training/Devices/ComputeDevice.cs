namespace TuneGraph.Training;

/// <summary>A device that trainings can run on.</summary>
/// <param name="Name">Its name in specifications: <c>cpu</c>, <c>cuda:0</c>, <c>opencl:1</c>, <c>simulator</c>.</param>
/// <param name="Description">What its maker calls it.</param>
/// <param name="MemoryBytes">Its own memory; 0 where it works in that of the host.</param>
public sealed record ComputeDevice(string Name, string Description, long MemoryBytes);
