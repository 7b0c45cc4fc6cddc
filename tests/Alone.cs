namespace TuneGraph.Tests;

/// <summary>Tests that look at the whole process: they run one after the other when all others are over.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
