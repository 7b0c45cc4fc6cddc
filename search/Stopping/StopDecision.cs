namespace TuneGraph.Search;

/// <summary>Whether a study should end.</summary>
/// <param name="Stop">Whether it should.</param>
/// <param name="Why">The reason for people, with its numbers; null where there is nothing to judge yet.</param>
public readonly record struct StopDecision(bool Stop, string? Why);
