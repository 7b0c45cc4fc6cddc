namespace TuneGraph.Collectives;

/// <summary>Settings of an <see cref="InProcessGroup"/>.</summary>
public sealed record InProcessOptions : ProcessGroupOptions;
