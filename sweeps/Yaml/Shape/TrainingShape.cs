using TuneGraph.Collectives;
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
            Epochs = fields.Optional("epochs", Scalars.Whole(1, Scalars.Plenty), plain.Epochs),
            BatchSize = fields.Optional("batchSize", Scalars.Whole(1, Scalars.Plenty).OrParameter(), plain.BatchSize),
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
        };
    });

    private static Reader<ParallelSpec> Parallel => new MappingReader<ParallelSpec>(fields => new ParallelSpec
    {
        Strategy = fields.Optional("strategy", Scalars.OneOf(("data", ParallelStrategy.Data)), ParallelStrategy.Data),
        WorldSize = fields.Optional("worldSize", Scalars.Whole(1, MostRanks), 1),
        AllReduce = fields.Optional(
            "allReduce",
            Scalars.OneOf(
                ("auto", AllReduceAlgorithm.Auto),
                ("ring", AllReduceAlgorithm.Ring),
                ("direct", AllReduceAlgorithm.Direct),
                ("halvingDoubling", AllReduceAlgorithm.HalvingDoubling),
                ("tree", AllReduceAlgorithm.Tree)),
            new ParallelSpec().AllReduce),
    });

    private static Reader<int> Checkpoint => new MappingReader<int>(fields =>
        fields.Optional("everySteps", Scalars.Whole(1, Scalars.Plenty), 1));
}
