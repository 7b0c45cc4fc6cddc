using System.Collections.Immutable;
using TuneGraph.Search;
using TuneGraph.Training;

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
    private static readonly string[] _larger =
        ["val_accuracy", "val_f1", "val_roc_auc", "val_average_precision", "val_r2"];

    private static readonly string[] _ofClasses =
        ["val_accuracy", "val_f1", "val_roc_auc", "val_average_precision", "val_log_loss"];

    private static readonly string[] _ofNumbers = ["val_rmse", "val_mae", "val_r2"];

    /// <summary>Names of the metrics that a built-in model reports.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "val_accuracy", "val_loss", "train_loss", "parameters", "val_f1", "val_roc_auc", "val_average_precision",
        "val_log_loss", "val_rmse", "val_mae", "val_r2",
    ];

    /// <summary>
    /// F1 of the validation split, 0 to 1; like those below, measured only where an objective, a constraint or early
    /// stopping asks for one of them. See <see cref="ModelMetrics"/> for what each means with more than two classes.
    /// </summary>
    public double? ValidationF1 { get; init; }

    /// <summary>Area under the ROC curve, 0 to 1.</summary>
    public double? ValidationRocAuc { get; init; }

    /// <summary>Average precision, 0 to 1.</summary>
    public double? ValidationAveragePrecision { get; init; }

    /// <summary>Root of the mean squared error, in the target's unit.</summary>
    public double? ValidationRmse { get; init; }

    /// <summary>Mean absolute error, in the target's unit.</summary>
    public double? ValidationMae { get; init; }

    /// <summary>Coefficient of determination, at most 1.</summary>
    public double? ValidationR2 { get; init; }

    /// <summary>Where the step's time went; null where it was not measured.</summary>
    public StepTimes? Times { get; init; }

    /// <summary>
    /// What the trial's strategy measures besides, such as <c>duality_gap</c>.
    /// </summary>
    public ImmutableArray<KeyValuePair<string, double>> Measures
    {
        get => field.IsDefault ? [] : field; // a message may leave it out
        init;
    }

    /// <summary>Decisions that the trial's strategy took, a line each.</summary>
    public ImmutableArray<string> Notes
    {
        get => field.IsDefault ? [] : field;
        init;
    }

    /// <summary>Equal in everything that was measured and noted.</summary>
    /// <param name="other">Another step's.</param>
    public bool Equals(StepMetrics? other) =>
        other is not null && Measures.SequenceEqual(other.Measures) && Notes.SequenceEqual(other.Notes)
        && Numbers == other.Numbers && Times == other.Times;

    /// <inheritdoc/>
    public override int GetHashCode() => Numbers.GetHashCode();

    private (double?, double?, double?, double?, double?, double?, double?, double?, double?, double?) Numbers =>
        (TrainLoss, ValidationLoss, ValidationAccuracy, Parameters, ValidationF1, ValidationRocAuc,
            ValidationAveragePrecision, ValidationRmse, ValidationMae, ValidationR2);

    /// <summary>A metric by its name; null when it was not measured.</summary>
    public double? this[string name] =>
        name switch
        {
            "val_accuracy" => ValidationAccuracy,
            "val_loss" => ValidationLoss,
            "train_loss" => TrainLoss,
            "parameters" => Parameters,
            "val_f1" => ValidationF1,
            "val_roc_auc" => ValidationRocAuc,
            "val_average_precision" => ValidationAveragePrecision,
            "val_log_loss" => ValidationAccuracy is null ? null : ValidationLoss,
            "val_rmse" => ValidationRmse,
            "val_mae" => ValidationMae,
            "val_r2" => ValidationR2,
            _ => null,
        };

    /// <summary>What an epoch's report says.</summary>
    internal static StepMetrics Of(EpochReport report) =>
        new(report.TrainLoss, report.ValidationLoss, report.ValidationAccuracy, report.Parameters)
        {
            ValidationF1 = Finite(report.Validation?.F1),
            ValidationRocAuc = Finite(report.Validation?.RocAuc),
            ValidationAveragePrecision = Finite(report.Validation?.AveragePrecision),
            ValidationRmse = Finite(report.Validation?.RootMeanSquaredError),
            ValidationMae = Finite(report.Validation?.MeanAbsoluteError),
            ValidationR2 = Finite(report.Validation?.R2),
            Times = StepTimes.Of(report),
        };

    /// <summary>Where a metric is better.</summary>
    internal static Direction Better(string name) =>
        _larger.Contains(name) ? Direction.Maximize : Direction.Minimize;

    /// <summary>The task that a metric is for; auto if it is for both.</summary>
    internal static LearningTask TaskOf(string name) =>
        _ofClasses.Contains(name) ? LearningTask.Classification
        : _ofNumbers.Contains(name) ? LearningTask.Regression
        : LearningTask.Auto;

    /// <summary>Whether a metric takes all predictions, so that training measures it only when asked.</summary>
    internal static bool NeedsPredictions(string name) => name is not "val_accuracy" and not "val_log_loss"
        && TaskOf(name) != LearningTask.Auto;

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? value : null;
}
