namespace TuneGraph;

/// <summary>How much a parameter mattered.</summary>
/// <param name="Parameter">Its name.</param>
/// <param name="Share">Its share of what was explained, 0 to 1.</param>
public sealed record ImportanceView(string Parameter, double Share);
