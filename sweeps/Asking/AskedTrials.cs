using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>Trials that are to be run.</summary>
/// <param name="Trials">The trials; fewer than were asked for at the end of the study.</param>
/// <param name="IsOver">Whether the study has no more trials to give.</param>
public sealed record AskedTrials(ImmutableArray<AskedTrial> Trials, bool IsOver);
