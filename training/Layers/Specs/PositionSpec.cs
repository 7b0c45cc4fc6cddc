namespace TuneGraph.Training;

/// <summary>
/// Adds a learned vector to every token, by its position; starts normal with a standard deviation of 0.02.
/// </summary>
public sealed record PositionSpec : LayerSpec;
