using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>Asks for trials.</summary>
/// <param name="Count">How many, from 1 to 1000.</param>
public sealed record AskRequest(int Count = 1);

/// <summary>Trials that are to be run.</summary>
/// <param name="Trials">The trials; fewer than were asked for at the end of the study.</param>
/// <param name="IsOver">Whether the study has no more trials to give.</param>
public sealed record AskedTrials(ImmutableArray<AskedTrial> Trials, bool IsOver);

/// <summary>A step of a trial, and what was measured there.</summary>
/// <param name="Step">Finished steps, from 1.</param>
/// <param name="Value">The objective; null where there are several.</param>
/// <param name="Values">The objectives; null where there is one.</param>
public sealed record StepRequest(int Step, double? Value = null, ImmutableArray<double>? Values = null);

/// <summary>What becomes of a trial after a step.</summary>
/// <param name="GoOn">Whether it goes on. If not, it needs no word more.</param>
/// <param name="State">
/// <c>running</c>; <c>pruned</c>: it is over; <c>paused</c>: it may be given out again, to go on after this step.
/// </param>
/// <param name="Reason">Why, for people; null when there is nothing to say.</param>
public sealed record StepAnswer(bool GoOn, string State, string? Reason);

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
