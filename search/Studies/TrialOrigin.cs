namespace TuneGraph.Search;

/// <summary>A checkpoint of another trial, from which a trial goes on: it is a fork of that trial.</summary>
/// <param name="Trial">The donor's number.</param>
/// <param name="Step">The donor's step at which its state was taken; at least 1.</param>
public readonly record struct TrialOrigin(int Trial, int Step);
