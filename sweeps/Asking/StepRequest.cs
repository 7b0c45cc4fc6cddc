using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>A step of a trial, and what was measured there.</summary>
/// <param name="Step">Finished steps, from 1.</param>
/// <param name="Value">The objective; null where there are several.</param>
/// <param name="Values">The objectives; null where there is one.</param>
public sealed record StepRequest(int Step, double? Value = null, ImmutableArray<double>? Values = null);
