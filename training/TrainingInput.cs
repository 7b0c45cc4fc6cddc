using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace TuneGraph.Training;

/// <summary>What one call of the trainer is to do; checked.</summary>
internal sealed record TrainingInput
{
    /// <exception cref="ArgumentException">The parts do not fit together.</exception>
    public TrainingInput(TrainingSpec spec, Dataset train, Dataset? validation, Checkpoint? start, int untilEpoch)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(train);
        var first = start?.FinishedEpochs ?? 0;
        if (untilEpoch < first || untilEpoch > spec.Epochs)
        {
            throw new ArgumentOutOfRangeException(nameof(untilEpoch), untilEpoch,
                $"It must lie between the {first} epochs that are finished and the specification's {spec.Epochs}.");
        }
        if (train.Rows == 0)
            throw new ArgumentException("There are no rows to train on.", nameof(train));
        if (validation is not null && validation.Rows > 0
            && (validation.Schema.Task != train.Schema.Task || validation.Features != train.Features
                || validation.Schema.Outputs != train.Schema.Outputs))
        {
            throw new ArgumentException("The validation set has other features, task or classes.", nameof(validation));
        }
        var fitting = train.Schema.Task == LearningTask.Classification ? LossKind.CrossEntropy : LossKind.SquaredError;
        if (spec.Loss != LossKind.Auto && spec.Loss != fitting)
        {
            throw new ArgumentException(
                $"The loss {spec.Loss} does not fit {train.Schema.Task}; use {fitting} or Auto.", nameof(spec));
        }
        Spec = spec;
        Train = train;
        Validation = validation is { Rows: > 0 } ? validation : null;
        Start = start;
        UntilEpoch = untilEpoch;
        Loss = fitting;
        BatchSize = Math.Min(spec.BatchSize, train.Rows);
    }

    public TrainingSpec Spec { get; }
    public Dataset Train { get; }
    public Dataset? Validation { get; }
    public Checkpoint? Start { get; }
    public int UntilEpoch { get; }
    public LossKind Loss { get; }
    public int BatchSize { get; }

    /// <summary>See <see cref="Checkpoint.Fingerprint"/>.</summary>
    public string Fingerprint<T>(MlpLayout layout) =>
        $"perceptron {layout.Description}, {Loss}, {Spec.Optimizer.Kind}, {typeof(T).Name}";

    /// <summary>SHA-256 over all that must be equal on all ranks, the data itself left out for its size.</summary>
    public byte[] AgreementHash(string fingerprint)
    {
        var o = Spec.Optimizer;
        var text = string.Create(CultureInfo.InvariantCulture, $"{fingerprint} {Spec.Model.Dropout:R} "
            + $"{o.LearningRate:R} {o.Momentum:R} {o.Nesterov} {o.Beta1:R} {o.Beta2:R} {o.Epsilon:R} {o.WeightDecay:R} "
            + $"{BatchSize} {Spec.Seed} {Spec.Epochs} {UntilEpoch} {Start?.FinishedEpochs} {Start?.Steps} "
            + $"{Train.Rows} {Validation?.Rows}");
        return SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }
}
