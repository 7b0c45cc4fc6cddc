namespace TuneGraph.Training;

/// <summary>Where the wall time of an epoch's steps went on this rank, in seconds.</summary>
/// <param name="Forward">Gathering rows, forward passes and losses.</param>
/// <param name="Backward">Backward passes.</param>
/// <param name="Communication">Sums of gradients over the ranks, waiting included; those of batch norm are not.</param>
/// <param name="Optimizer">Clipping and the change of the parameters.</param>
public sealed record StepSeconds(double Forward, double Backward, double Communication, double Optimizer);
