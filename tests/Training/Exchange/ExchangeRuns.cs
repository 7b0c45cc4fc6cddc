using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Trainings of a small model by several ranks.</summary>
internal static class ExchangeRuns
{
    // 101 rows in batches of 16 leave a last batch of 5, which 2, 3 and 4 ranks share unevenly.
    public static readonly Dataset Train = SyntheticData.Classes(101, 12, 5);

    public static TrainingSpec Spec => new()
    {
        Model = Layers(),
        Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.02, WeightDecay = 1e-3 },
        Epochs = 6,
        BatchSize = 16,
        Seed = 4,
    };

    /// <summary>With batch norm, whose own sums go between those of buckets of 1 KiB.</summary>
    public static TrainingSpec Normalised => Spec with { Model = Layers(new BatchNormSpec()) };

    private static LayeredSpec Layers(params LayerSpec[] second) => new()
    {
        List =
        [
            new LinearSpec { Units = 40 }, .. second, new ActivationSpec(Activation.Tanh),
            new ResidualSpec([new LinearSpec { Units = 40 }, new ActivationSpec(Activation.Relu)]),
            new LinearSpec { Units = 5 },
        ],
    };

    public static ExchangeSpec Small => new() { BucketBytes = 1024 };

    public static byte[][] Run(
        int worldSize, TrainingSpec spec, bool inDouble = false, Checkpoint? start = null, int? until = null,
        Func<EpochReport, EpochVerdict>? onEpoch = null)
    {
        var token = TestContext.Current.CancellationToken;
        onEpoch ??= _ => EpochVerdict.Continue;
        var results = Ranks.Run(worldSize, group => inDouble
            ? Trainer.TrainInDouble(spec, Train, null, group, start, until ?? spec.Epochs, onEpoch, token)
            : Trainer.Train(spec, Train, null, group, start, until ?? spec.Epochs, onEpoch, token));
        var bytes = results.Select(result => result.Checkpoint.ToBytes()).ToArray();
        Assert.All(bytes, one => Assert.Equal(bytes[0], one));
        return bytes;
    }
}
