namespace TuneGraph;

/// <summary>What becomes of a trial after a step.</summary>
/// <param name="GoOn">Whether it goes on. If not, it needs no word more.</param>
/// <param name="State">
/// <c>running</c>; <c>pruned</c>: it is over; <c>paused</c>: it may be given out again, to go on after this step.
/// </param>
/// <param name="Reason">Why, for people; null when there is nothing to say.</param>
public sealed record StepAnswer(bool GoOn, string State, string? Reason);
