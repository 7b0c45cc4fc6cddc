using TuneGraph.Training;

namespace TuneGraph.Benchmarks;

/// <summary>One model and batch size to measure.</summary>
/// <param name="Widths">
/// Layer widths, features first, classes last: "784-512-256-10"; or "lenet5" or "transformer".
/// </param>
/// <param name="Batch">Samples per step.</param>
/// <param name="Optimizer">Sgd (momentum 0.9) or Adam.</param>
/// <param name="Rows">Samples per epoch.</param>
/// <param name="Epochs">Epochs per turn.</param>
internal sealed record TrainingCase(string Widths, int Batch, OptimizerKind Optimizer, int Rows, int Epochs);
