using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>How a trial ended.</summary>
/// <param name="State"><c>completed</c>, <c>failed</c>, <c>infeasible</c> or <c>pruned</c>.</param>
/// <param name="Value">The objective; null where there are several, or none was found.</param>
/// <param name="Values">The objectives; null where there is one, or none was found.</param>
/// <param name="Reason">Why it ended so, for people.</param>
/// <param name="Constraints">Each constraint, satisfied at or below 0; null where there are none.</param>
/// <param name="Cost">What it cost, in any unit; null where nobody knows.</param>
public sealed record TellRequest(
    string State = "completed",
    double? Value = null,
    ImmutableArray<double>? Values = null,
    string? Reason = null,
    ImmutableArray<double>? Constraints = null,
    double? Cost = null);
