namespace TuneGraph;

/// <summary>The right to write a study, held by one process at a time and for a term that it renews.</summary>
/// <param name="Study">Name of the study.</param>
/// <param name="Owner">Who holds it, for people: <c>host:pid</c>.</param>
/// <param name="Token">
/// Larger with every claim on the study. A commit counts only under the newest token, however late it arrives: the
/// store refuses the others.
/// </param>
public sealed record StudyClaim(string Study, string Owner, long Token);
