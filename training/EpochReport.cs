using System.Collections.Immutable;
using System.Diagnostics;

namespace TuneGraph.Training;

/// <summary>What rank 0 knows at an epoch's end.</summary>
/// <param name="Epoch">Finished epochs, counted from 1, over all segments of the training.</param>
/// <param name="TrainLoss">
/// Mean loss of the epoch's samples, each taken just before the step that used it (with dropout, if any).
/// </param>
/// <param name="ValidationLoss">
/// Mean loss over the validation rows after the epoch's last step; NaN when there is no validation set.
/// </param>
/// <param name="ValidationAccuracy">
/// Share of validation rows whose most probable class is right, 0 to 1; null for regression or without validation set.
/// </param>
/// <param name="SamplesPerSecond">Train rows of all ranks per second of wall time, validation not counted.</param>
/// <param name="Seconds">Where the time of the steps went on rank 0.</param>
/// <param name="LearningRate">The learning rate of the epoch's last step.</param>
/// <param name="CaptureCheckpoint">
/// Copies the state after this epoch. Only valid inside the callback that got this report; costs nothing unless called.
/// </param>
public sealed record EpochReport(
    int Epoch,
    double TrainLoss,
    double ValidationLoss,
    double? ValidationAccuracy,
    double SamplesPerSecond,
    StepSeconds Seconds,
    double LearningRate,
    Func<Checkpoint> CaptureCheckpoint)
{
    /// <summary>How many numbers the model learns: its weights and biases.</summary>
    public long Parameters { get; init; }

    /// <summary>
    /// What a strategy measures besides, by name, such as <c>duality_gap</c> or <c>bytes</c>. Default: nothing.
    /// </summary>
    public ImmutableArray<KeyValuePair<string, double>> Measures { get; init; } = [];

    /// <summary>What rank 0 holds of the model and its training; zeros where a strategy does not count it.</summary>
    public TrainingMemory Memory { get; init; } = new(0, 0, 0);

    /// <summary>
    /// All metrics of the validation rows; null unless <see cref="TrainingSpec.AllMetrics"/> asked for them and there
    /// is a validation set.
    /// </summary>
    public ModelMetrics? Validation { get; init; }

    /// <summary>
    /// How the training's first steps compare with the oracle's; only in the first report of a training whose
    /// <see cref="TrainingSpec.Verification"/> asks for it, else null.
    /// </summary>
    public VerificationReport? Verification { get; init; }

    /// <summary>
    /// How fast each rank computed, in rank order; empty where a strategy does not measure it.
    /// </summary>
    public ImmutableArray<RankPace> Paces { get; init; } = [];

    /// <summary>Payload bytes that rank 0 sent to others in the epoch; 0 with one rank.</summary>
    public long SentBytes { get; init; }

    /// <summary>What the strategy <c>auto</c> predicted and chose; null with others.</summary>
    public TrainingPlan? Plan { get; init; }

    /// <summary>Decisions of the strategy that people should know of, a line each. Default: none.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];

    /// <summary>Bytes of memory that this process occupies when it is asked, mapped files included.</summary>
    public static long ProcessBytes
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.WorkingSet64;
        }
    }
}
