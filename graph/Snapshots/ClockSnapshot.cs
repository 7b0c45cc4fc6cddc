namespace TuneGraph.Graph;

/// <summary>How far the groups of a priority are, in a <see cref="GraphSnapshot"/>.</summary>
/// <param name="Priority">The priority.</param>
/// <param name="Time">Virtual time: slot-seconds by share.</param>
public sealed record ClockSnapshot(int Priority, double Time);
