namespace TuneGraph.Search;

/// <summary>How much of the objective's variance a parameter explains.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Value">The variance it explains, in the method's own unit; at least 0.</param>
/// <param name="Share">Its part of the sum over all parameters, from 0 to 1; 0 where that sum is 0.</param>
public sealed record ParameterImportance(string Name, double Value, double Share);
