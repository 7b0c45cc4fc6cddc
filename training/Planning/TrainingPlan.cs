using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>What was predicted, and what was chosen.</summary>
/// <param name="Predictions">Of every candidate, in the order they were given in.</param>
/// <param name="Chosen">One of them.</param>
/// <param name="Why">The reason, for people.</param>
public sealed record TrainingPlan(ImmutableArray<PlanPrediction> Predictions, PlanPrediction Chosen, string Why);
