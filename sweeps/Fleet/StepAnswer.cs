namespace TuneGraph;

/// <summary>What a trial that runs outside is to do.</summary>
/// <param name="Verdict"><c>continue</c>, <c>stop</c> or <c>pause</c>.</param>
/// <param name="Why">The rule that decided; null when it goes on.</param>
public sealed record StepAnswer(string Verdict, string? Why);
