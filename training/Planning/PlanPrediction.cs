using System.Globalization;

namespace TuneGraph.Training;

/// <summary>What a way to train together would cost.</summary>
/// <param name="Candidate">The way.</param>
/// <param name="StepSeconds">Seconds per step of the whole batch.</param>
/// <param name="Efficiency">Speed-up over one rank, divided by the number of ranks.</param>
/// <param name="MemoryBytes">
/// Bytes that each rank holds of parameters, gradients and states, as <see cref="TrainingMemory"/> counts.
/// </param>
public sealed record PlanPrediction(
    PlanCandidate Candidate, double StepSeconds, double Efficiency, long MemoryBytes)
{
    /// <summary>All of it on one line.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Candidate}: {StepSeconds * 1e3:G3} ms a step, efficiency {Efficiency:P0}, {MemoryBytes / 1e6:G3} MB a rank");
}
