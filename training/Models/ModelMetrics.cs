namespace TuneGraph.Training;

/// <summary>How well a model does on a data set.</summary>
public sealed record ModelMetrics
{
    /// <summary>Rows judged.</summary>
    public required int Rows { get; init; }

    /// <summary>
    /// Mean loss of the training's kind: cross-entropy in nats, or an error of the standardized target.
    /// </summary>
    public required double Loss { get; init; }

    /// <summary>Share of rows whose most probable class is right, 0 to 1; null for regression.</summary>
    public double? Accuracy { get; init; }

    /// <summary>
    /// Harmonic mean of precision and recall, 0 to 1: of the second of two classes, or the plain mean over more. Null
    /// for regression.
    /// </summary>
    public double? F1 { get; init; }

    /// <summary>
    /// Area under the ROC curve, 0 to 1; of the second of two classes, or the plain mean of each class against the
    /// rest. Null for regression, and when no class has rows both in and out of it.
    /// </summary>
    public double? RocAuc { get; init; }

    /// <summary>
    /// Average precision, 0 to 1 (the area under the precision-recall steps); classes as for <see cref="RocAuc"/>.
    /// Null for regression.
    /// </summary>
    public double? AveragePrecision { get; init; }

    /// <summary>Mean of -ln of the probability given to the right class, in nats; null for regression.</summary>
    public double? LogLoss => Accuracy is null ? null : Loss;

    /// <summary>Mean of (prediction - target)², in the target's unit squared; null for classification.</summary>
    public double? MeanSquaredError { get; init; }

    /// <summary>Square root of <see cref="MeanSquaredError"/>, in the target's unit; null for classification.</summary>
    public double? RootMeanSquaredError => MeanSquaredError is { } squared ? Math.Sqrt(squared) : null;

    /// <summary>Mean of |prediction - target|, in the target's unit; null for classification.</summary>
    public double? MeanAbsoluteError { get; init; }

    /// <summary>
    /// 1 - squared error / squared deviation of the targets from their own mean (coefficient of determination): 1 is
    /// perfect, 0 is no better than that mean. NaN if all targets are equal; null for classification.
    /// </summary>
    public double? R2 { get; init; }
}
