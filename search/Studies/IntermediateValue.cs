namespace TuneGraph.Search;

/// <summary>The objective as measured on the way.</summary>
/// <param name="Step">
/// After how many steps (epochs, rounds, folds), counted as the trial counts them; at least 0.
/// </param>
/// <param name="Value">The objective there, always finite.</param>
public readonly record struct IntermediateValue(int Step, double Value);
