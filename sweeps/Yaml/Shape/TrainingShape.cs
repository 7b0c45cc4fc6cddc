using TuneGraph.Training;

namespace TuneGraph;

/// <summary>The keys under <c>training</c>.</summary>
internal static class TrainingShape
{
    private const int MostRanks = 1024;

    public static Reader<TrainingTemplate> Training => new MappingReader<TrainingTemplate>(fields =>
    {
        var plain = new TrainingTemplate();
        return new TrainingTemplate
        {
            Epochs = fields.Optional("epochs", Scalars.Whole(1), plain.Epochs),
            BatchSize = fields.Optional("batchSize", new KnobReader<int>(Scalars.Whole(1)), plain.BatchSize),
            Loss = fields.Optional("loss", Loss, plain.Loss),
            Optimizer = fields.Optional("optimizer", Optimizer, plain.Optimizer),
            Parallel = fields.Optional("parallel", Parallel, plain.Parallel),
            CheckpointEverySteps = fields.Optional("checkpoint", Checkpoint, plain.CheckpointEverySteps),
        };
    });

    private static ScalarReader<LossKind> Loss => Scalars.OneOf(
        ("auto", LossKind.Auto),
        ("crossEntropy", LossKind.CrossEntropy),
        ("squaredError", LossKind.SquaredError));

    private static ScalarReader<OptimizerKind> OptimizerType => Scalars.OneOf(
        ("adam", OptimizerKind.Adam),
        ("adamw", OptimizerKind.AdamW),
        ("sgd", OptimizerKind.Sgd));

    private static Reader<OptimizerTemplate> Optimizer => new MappingReader<OptimizerTemplate>(fields =>
    {
        var plain = new OptimizerTemplate();
        var fraction = new KnobReader<double>(Scalars.Number(Interval.Fraction));
        return new OptimizerTemplate
        {
            Type = fields.Optional("type", new KnobReader<OptimizerKind>(OptimizerType), plain.Type),
            LearningRate = fields.Optional(
                "learningRate", new KnobReader<double>(Scalars.Number(Interval.Above(0))), plain.LearningRate),
            Momentum = fields.Optional("momentum", fraction, plain.Momentum),
            Nesterov = fields.Optional("nesterov", new KnobReader<bool>(Scalars.Flag), plain.Nesterov),
            Beta1 = fields.Optional("beta1", fraction, plain.Beta1),
            Beta2 = fields.Optional("beta2", fraction, plain.Beta2),
            WeightDecay = fields.Optional(
                "weightDecay", new KnobReader<double>(Scalars.Number(Interval.AtLeast(0))), plain.WeightDecay),
        };
    });

    private static Reader<ParallelSpec> Parallel => new MappingReader<ParallelSpec>(fields => new ParallelSpec
    {
        Strategy = fields.Optional("strategy", Scalars.OneOf(("data", ParallelStrategy.Data)), ParallelStrategy.Data),
        WorldSize = fields.Optional("worldSize", Scalars.Whole(1, MostRanks), 1),
    });

    private static Reader<int> Checkpoint => new MappingReader<int>(fields =>
        fields.Optional("everySteps", Scalars.Whole(1), 1));
}
