namespace TuneGraph.Graph;

/// <summary>A group of tasks in a <see cref="GraphSnapshot"/>.</summary>
/// <param name="Group">What it may have.</param>
/// <param name="Served">Slot-seconds that it has had, by its share, on the clock of its priority.</param>
public sealed record GroupSnapshot(TaskGroup Group, double Served);
