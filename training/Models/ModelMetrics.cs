namespace TuneGraph.Training;

/// <summary>How well a model does on a data set.</summary>
public sealed record ModelMetrics
{
    /// <summary>Rows judged.</summary>
    public required int Rows { get; init; }

    /// <summary>Mean loss as in training: cross-entropy in nats, or squared error of the standardized target.</summary>
    public required double Loss { get; init; }

    /// <summary>Share of rows whose most probable class is right, 0 to 1; null for regression.</summary>
    public double? Accuracy { get; init; }

    /// <summary>Mean of (prediction - target)², in the target's unit squared; null for classification.</summary>
    public double? MeanSquaredError { get; init; }

    /// <summary>Mean of |prediction - target|, in the target's unit; null for classification.</summary>
    public double? MeanAbsoluteError { get; init; }

    /// <summary>
    /// 1 - squared error / squared deviation of the targets from their own mean (coefficient of determination): 1 is
    /// perfect, 0 is no better than that mean. NaN if all targets are equal; null for classification.
    /// </summary>
    public double? R2 { get; init; }
}
