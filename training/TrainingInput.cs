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
        if (spec.Strategy?.WhyNot(spec, train.Schema) is { } reason)
            throw new ArgumentException(reason, nameof(spec));
        if (spec.Strategy is not KMeansStrategy && spec.Model is CentroidsSpec)
            throw new ArgumentException("The model kmeans is trained by the strategy kmeans only.", nameof(spec));
        if (spec.Strategy is not (null or AutoStrategy) && spec.Device != DeviceName.Cpu)
            throw new ArgumentException($"Strategies train on the cpu, not on {spec.Device}.", nameof(spec));
        if (spec.Strategy is not (null or AutoStrategy) && spec.Precision != Precision.Float32)
            throw new ArgumentException($"Strategies train in float32, not in {spec.Precision}.", nameof(spec));
        if (spec.Precision == Precision.Float16 && spec.Exchange.Compression.Kind != CompressionKind.None)
        {
            throw new ArgumentException($"Gradients of float16 may be infinite, until their scale is found, which "
                + $"{spec.Exchange.Compression.Kind} compression would keep. Use bfloat16, or exchange them exactly.",
                nameof(spec));
        }
        Loss = LossFor(spec, train.Schema);
        Spec = spec;
        Train = train;
        Validation = validation is { Rows: > 0 } ? validation : null;
        Start = start;
        UntilEpoch = untilEpoch;
        BatchSize = Math.Min(spec.BatchSize, train.Rows);
    }

    public TrainingSpec Spec { get; }

    /// <summary>Optimizer steps of an epoch.</summary>
    public int StepsPerEpoch => (Train.Rows + BatchSize - 1) / BatchSize;

    public Dataset Train { get; }
    public Dataset? Validation { get; }
    public Checkpoint? Start { get; }
    public int UntilEpoch { get; }
    public LossKind Loss { get; }
    public int BatchSize { get; }

    /// <summary>The clock that passes are timed by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The model before this data.</summary>
    public NetworkShape Shape => NetworkShape.Of(Spec.Model, Train.Schema, Loss, Spec.HuberDelta);

    /// <summary>See <see cref="Checkpoint.Fingerprint"/>.</summary>
    public string Fingerprint<T>() =>
        $"{(Spec.Model is MlpSpec ? "perceptron" : "model")} {Spec.Model.Describe(Train.Features, Shape.Outputs)}, "
        + $"{Loss}, {Spec.Optimizer.Kind}, {typeof(T).Name}";

    /// <summary>SHA-256 over all that must be equal on all ranks, the data itself left out for its size.</summary>
    public byte[] AgreementHash(string fingerprint)
    {
        var (o, s, e, c) = (Spec.Optimizer, Spec.Schedule, Spec.Exchange, Spec.Exchange.Compression);
        var text = string.Create(CultureInfo.InvariantCulture, $"{fingerprint} {ModelJson.Write(Spec.Model)} "
            + $"{o.LearningRate:R} {o.Momentum:R} {o.Nesterov} {o.Beta1:R} {o.Beta2:R} {o.Epsilon:R} {o.WeightDecay:R} "
            + $"{o.Decay:R} {o.ClipNorm:R} {o.ClipValue:R} {s.Kind} {s.StepEpochs} {s.Factor:R} {s.Final:R} "
            + $"{s.WarmupEpochs:R} {s.ReferenceBatch} {Spec.HuberDelta:R} {Spec.Accumulation} {Spec.AllMetrics} "
            + $"{BatchSize} {Spec.Seed} {Spec.Epochs} {UntilEpoch} {Start?.FinishedEpochs} {Start?.Steps} "
            + $"{Train.Rows} {Validation?.Rows} {Spec.Strategy?.ToJson()} "
            + $"{e.Overlap} {e.BucketBytes} {e.Lanes} {e.Zero} {e.Balance} "
            + $"{c.Kind} {c.Threshold:R} {c.Fraction:R} {c.Momentum:R} {c.Rank} {c.AfterSteps} {Spec.Device.Kind} "
            + $"{Spec.Verification?.Steps} {Spec.Verification?.HashEvery} {Spec.Precision} {Spec.Tf32}");
        return SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }

    private static LossKind LossFor(TrainingSpec spec, DataSchema schema)
    {
        var fitting = schema.Task == LearningTask.Classification ? LossKind.CrossEntropy : LossKind.SquaredError;
        if (spec.Loss != LossKind.Auto && spec.Loss.Task != schema.Task)
        {
            throw new ArgumentException(
                $"The loss {spec.Loss} does not fit {schema.Task}; use {fitting} or Auto.", nameof(spec));
        }
        if (spec.Loss == LossKind.BinaryCrossEntropy && schema.ClassNames.Length != 2)
        {
            throw new ArgumentException($"The loss {spec.Loss} needs two classes; the data has "
                + $"{schema.ClassNames.Length}. Use {fitting} or Auto.", nameof(spec));
        }
        if (spec.Model.Task is { } task && task != schema.Task)
        {
            throw new ArgumentException($"The model {spec.Model.GetType().Name} is for {task}, but the data for "
                + $"{schema.Task}.", nameof(spec));
        }
        return spec.Loss == LossKind.Auto ? fitting : spec.Loss;
    }
}
