using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>What was measured after one step of a trial; null where a trial's program does not measure it.</summary>
/// <param name="TrainLoss">Mean loss over the step's training samples.</param>
/// <param name="ValidationLoss">Mean loss over the validation split.</param>
/// <param name="ValidationAccuracy">Share of validation rows whose class is right, 0 to 1.</param>
/// <param name="Parameters">How many numbers the model learns, its weights and biases: the same at every step.</param>
public sealed record StepMetrics(
    double? TrainLoss = null,
    double? ValidationLoss = null,
    double? ValidationAccuracy = null,
    double? Parameters = null
)
{
    /// <summary>Names of the metrics that a built-in model reports.</summary>
    public static IReadOnlyList<string> Names { get; } = ["val_accuracy", "val_loss", "train_loss", "parameters"];

    /// <summary>
    /// What the trial's strategy measures besides, such as <c>duality_gap</c>; told as it happens, not stored.
    /// </summary>
    public ImmutableArray<KeyValuePair<string, double>> Measures { get; init; } = [];

    /// <summary>A metric by its name; null when it was not measured.</summary>
    public double? this[string name] =>
        name switch
        {
            "val_accuracy" => ValidationAccuracy,
            "val_loss" => ValidationLoss,
            "train_loss" => TrainLoss,
            "parameters" => Parameters,
            _ => null,
        };
}
