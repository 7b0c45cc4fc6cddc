namespace TuneGraph.Training;

/// <summary>
/// Bytes that one rank holds for a training besides data and the values between layers, filling up to whole registers
/// included. With N ranks and k numbers of optimizer state per parameter of 4 bytes each, the exchange's
/// <see cref="ExchangeSpec.Zero"/> makes them 8 + 4k, 8 + 4k/N or 4 + (4 + 4k)/N per parameter, the last besides two
/// windows.
/// </summary>
/// <param name="Parameters">The parameters, and with 16 bits their copies.</param>
/// <param name="Gradients">Gradients, sums of passes, and what compression has left out.</param>
/// <param name="Optimizer">The optimizer's state.</param>
public sealed record TrainingMemory(long Parameters, long Gradients, long Optimizer);
