using TuneGraph.Training;

namespace TuneGraph;

/// <summary>The keys under <c>training</c>.</summary>
internal static class TrainingShape
{
    private static readonly EarlyStoppingSpec _never = new(int.MaxValue);

    public static Reader<TrainingTemplate> Training => new MappingReader<TrainingTemplate>(fields =>
    {
        var plain = new TrainingTemplate();
        return new TrainingTemplate
        {
            Epochs = fields.Optional("epochs", Scalars.Whole(1, Scalars.Plenty), plain.Epochs),
            BatchSize = fields.Optional("batchSize", Scalars.Whole(1, Scalars.Plenty).OrParameter(), plain.BatchSize),
            Loss = fields.Optional("loss", Loss, plain.Loss),
            HuberDelta = fields.Optional(
                "huberDelta", Scalars.Number(Interval.Above(0)).OrParameter(), plain.HuberDelta),
            Accumulation = fields.Optional(
                "accumulation", Scalars.Whole(1, Scalars.Plenty).OrParameter(), plain.Accumulation),
            Device = fields.Optional("device", Device, plain.Device),
            Precision = fields.Optional("precision", Precision.OrParameter(), plain.Precision),
            Tf32 = fields.Optional("tf32", Scalars.Flag.OrParameter(), plain.Tf32),
            Schedule = fields.Optional("schedule", Schedule, plain.Schedule),
            Optimizer = fields.Optional("optimizer", Optimizer, plain.Optimizer),
            Parallel = fields.Optional("parallel", ParallelShape.Parallel, plain.Parallel),
            Prefetch = fields.Optional("prefetch", Scalars.Whole(0, 64), plain.Prefetch),
            EarlyStopping = fields.Optional("earlyStopping", EarlyStopping, _never) is var rule
                && ReferenceEquals(rule, _never) ? null : rule,
            CheckpointEverySteps = fields.Optional("checkpoint", Checkpoint, plain.CheckpointEverySteps),
        };
    });

    private static ScalarReader<LossKind> Loss => Scalars.OneOf(
        ("auto", LossKind.Auto),
        ("crossEntropy", LossKind.CrossEntropy),
        ("squaredError", LossKind.SquaredError),
        ("absoluteError", LossKind.AbsoluteError),
        ("huber", LossKind.Huber),
        ("binaryCrossEntropy", LossKind.BinaryCrossEntropy));

    private static ScalarReader<Precision> Precision => Scalars.OneOf(
        ("float32", TuneGraph.Training.Precision.Float32),
        ("bfloat16", TuneGraph.Training.Precision.BFloat16),
        ("float16", TuneGraph.Training.Precision.Float16));

    private static ScalarReader<DeviceName> Device => new(
        "a device: auto, cpu, cuda, opencl, or one of several as in cuda:0",
        scalar => scalar.Kind != ScalarKind.Text ? new Outcome<DeviceName>(default, DiagnosticCode.WrongType)
            : DeviceName.TryParse(scalar.Text, out var name) ? name
            : new Outcome<DeviceName>(default, DiagnosticCode.UnknownName),
        "auto", "cpu", "cuda", "opencl", "simulator");

    private static ScalarReader<OptimizerKind> OptimizerType => Scalars.OneOf(
        ("adam", OptimizerKind.Adam),
        ("adamw", OptimizerKind.AdamW),
        ("sgd", OptimizerKind.Sgd),
        ("adagrad", OptimizerKind.Adagrad),
        ("rmsprop", OptimizerKind.RmsProp),
        ("lamb", OptimizerKind.Lamb),
        ("lion", OptimizerKind.Lion));

    private static ScalarReader<ScheduleKind> ScheduleType => Scalars.OneOf(
        ("constant", ScheduleKind.Constant),
        ("step", ScheduleKind.Step),
        ("cosine", ScheduleKind.Cosine),
        ("oneCycle", ScheduleKind.OneCycle));

    private static Reader<ScheduleTemplate> Schedule => new MappingReader<ScheduleTemplate>(fields =>
    {
        var plain = new ScheduleTemplate();
        return new ScheduleTemplate
        {
            Kind = fields.Optional("type", ScheduleType.OrParameter(), plain.Kind),
            StepEpochs = fields.Optional(
                "stepEpochs", Scalars.Whole(1, Scalars.Plenty).OrParameter(), plain.StepEpochs),
            Factor = fields.Optional(
                "factor", Scalars.Number(new Interval(0, 1, LowOpen: true)).OrParameter(), plain.Factor),
            Final = fields.Optional("final", Scalars.Number(Interval.Fraction).OrParameter(), plain.Final),
            WarmupEpochs = fields.Optional(
                "warmupEpochs", Scalars.Number(Interval.AtLeast(0)).OrParameter(), plain.WarmupEpochs),
            ReferenceBatch = fields.Optional(
                "referenceBatch", Scalars.Whole(0, Scalars.Plenty).OrParameter(), plain.ReferenceBatch),
        };
    });

    private static Reader<OptimizerTemplate> Optimizer => new MappingReader<OptimizerTemplate>(fields =>
    {
        var plain = new OptimizerTemplate();
        var fraction = Scalars.Number(Interval.Fraction).OrParameter();
        return new OptimizerTemplate
        {
            Type = fields.Optional("type", OptimizerType.OrParameter(), plain.Type),
            LearningRate = fields.Optional(
                "learningRate", Scalars.Number(Interval.Above(0)).OrParameter(), plain.LearningRate),
            Momentum = fields.Optional("momentum", fraction, plain.Momentum),
            Nesterov = fields.Optional("nesterov", Scalars.Flag.OrParameter(), plain.Nesterov),
            Beta1 = fields.Optional("beta1", fraction, plain.Beta1),
            Beta2 = fields.Optional("beta2", fraction, plain.Beta2),
            WeightDecay = fields.Optional(
                "weightDecay", Scalars.Number(Interval.AtLeast(0)).OrParameter(), plain.WeightDecay),
            Decay = fields.Optional("decay", fraction, plain.Decay),
            ClipNorm = fields.Optional(
                "clipNorm", Scalars.Number(Interval.AtLeast(0)).OrParameter(), plain.ClipNorm),
            ClipValue = fields.Optional(
                "clipValue", Scalars.Number(Interval.AtLeast(0)).OrParameter(), plain.ClipValue),
        };
    });

    private static Reader<EarlyStoppingSpec> EarlyStopping => new MappingReader<EarlyStoppingSpec>(fields => new(
        fields.Required("patience", Scalars.Whole(1, Scalars.Plenty), 1),
        fields.Optional("minDelta", Scalars.Number(Interval.AtLeast(0)), 0),
        fields.Optional("metric", ObjectiveShape.Metric, "") is { Length: > 0 } metric ? metric : null));

    private static Reader<int> Checkpoint => new MappingReader<int>(fields =>
        fields.Optional("everySteps", Scalars.Whole(1, Scalars.Plenty), 1));
}
