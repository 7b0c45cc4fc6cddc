using TuneGraph.Search;

namespace TuneGraph;

/// <summary>What a sweep optimises.</summary>
/// <param name="Metric">
/// Name of the metric. For a built-in model one of <see cref="StepMetrics.Names"/>; a C# function's value has any name.
/// </param>
/// <param name="Direction">Whether smaller or larger is better.</param>
/// <param name="Target">Stop the search as soon as a finished trial is at least this good; null to use the whole
/// budget. Of several objectives only the first one's counts.</param>
public sealed record ObjectiveSpec(string Metric, Direction Direction, double? Target = null);
