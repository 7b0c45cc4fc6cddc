using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>How a trial that ran outside ended.</summary>
/// <param name="State"><c>completed</c>, <c>pruned</c>, <c>failed</c> or <c>infeasible</c>.</param>
/// <param name="Values">The objectives; empty where nothing was measured.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record TrialEnd(string State, ImmutableArray<double> Values, string? Reason = null);
