namespace TuneGraph.Training;

/// <summary>The mean of all tokens of a sequence, as a vector.</summary>
public sealed record TokenMeanSpec : LayerSpec;
