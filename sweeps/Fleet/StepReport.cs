using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>A step of a trial that runs outside.</summary>
/// <param name="Step">Finished steps.</param>
/// <param name="Values">The objectives then.</param>
public sealed record StepReport(int Step, ImmutableArray<double> Values);
