namespace TuneGraph.Search;

/// <summary>Two trials with the same choices.</summary>
/// <param name="Gaps">How far apart they are along each numeric axis.</param>
/// <param name="IsTie">Whether both have the same loss.</param>
/// <param name="Chance">
/// How likely they are to tie on different steps: large where losses are shared by places far apart, as where all is
/// equally bad.
/// </param>
internal readonly record struct PlateauPair(double[] Gaps, bool IsTie, double Chance);
