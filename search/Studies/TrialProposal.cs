namespace TuneGraph.Search;

/// <summary>A trial that a sampler proposes.</summary>
/// <param name="Configuration">What it is to be run with.</param>
/// <param name="Origin">The checkpoint from which it is to go on; null, the default, to start from nothing.</param>
public sealed record TrialProposal(Configuration Configuration, TrialOrigin? Origin = null);
