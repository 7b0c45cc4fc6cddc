using System.Collections.Immutable;
using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Trainings on a mesh of ranks, and what they leave.</summary>
internal static class MeshRuns
{
    // 53 rows in batches of 16: the last batch has 5, and micro-batches differ in size.
    public static readonly Dataset Rows = SyntheticData.Classes(53, 12, 5);
    public static readonly Dataset Validation = SyntheticData.Classes(23, 12, 5, seed: 2);

    /// <summary>Every kind of layer that a linear stack has, and dropout.</summary>
    public static TrainingSpec Perceptron => new()
    {
        Model = new MlpSpec { Hidden = [24, 20, 24, 20], Activation = Activation.Relu, Dropout = 0.2 },
        Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.02, WeightDecay = 1e-3 },
        Epochs = 5,
        BatchSize = 16,
        Seed = 4,
    };

    public static TrainingSpec Transformer => Perceptron with
    {
        Model = new TransformerSpec { Width = 12, Heads = 4, Depth = 2, FeedForward = 22, Dropout = 0.1 },
    };

    /// <summary>Images, convolutions, batch norm, pooling.</summary>
    public static TrainingSpec Images => Perceptron with
    {
        Model = new LayeredSpec
        {
            List =
            [
                new ImageSpec { Channels = 1, Height = 3, Width = 4 },
                new ConvolutionSpec { Channels = 6, Kernel = 3, Padding = 1 },
                new BatchNormSpec(), new ActivationSpec(Activation.Relu), new DropoutSpec { Probability = 0.1 },
                new ConvolutionSpec { Channels = 4, Kernel = 3, Padding = 1 }, new ActivationSpec(Activation.Relu),
                new FlattenSpec(), new LinearSpec { Units = 5 },
            ],
        },
    };

    public static MeshOutcome Run(
        TrainingSpec spec, int worldSize, bool inDouble = true, Checkpoint? start = null, int? until = null) =>
        Run(spec, InProcessGroup.Create(worldSize), inDouble, start, until);

    public static MeshOutcome Run(
        TrainingSpec spec, IReadOnlyList<ProcessGroup> groups, bool inDouble = true, Checkpoint? start = null,
        int? until = null)
    {
        var reports = new List<EpochReport>();
        var token = TestContext.Current.CancellationToken;
        var results = Ranks.Run(groups, group => inDouble
            ? Trainer.TrainInDouble(spec, Rows, Validation, group, start, until ?? spec.Epochs, Keep, token)
            : Trainer.Train(spec, Rows, Validation, group, start, until ?? spec.Epochs, Keep, token));
        var files = results.Select(result => result.Checkpoint.ToBytes()).ToArray();
        Assert.All(files, file => Assert.Equal(files[0], file));
        return new MeshOutcome(files[0], [.. reports], results[0]);

        EpochVerdict Keep(EpochReport report)
        {
            reports.Add(report);
            return EpochVerdict.Continue;
        }
    }
}

/// <summary>What a training left, the same on all ranks.</summary>
internal sealed record MeshOutcome(byte[] File, ImmutableArray<EpochReport> Reports, TrainingResult Result)
{
    public IEnumerable<double> Losses => Reports.Select(report => report.TrainLoss);

    public double Measure(string name) => Reports[^1].Measures.Single(measure => measure.Key == name).Value;

    /// <summary>The largest ‖a - b‖ / ‖a‖ of all tensors, optimizer state included.</summary>
    public double Difference<T>(MeshOutcome other)
        where T : unmanaged
    {
        var (mine, its) = (SafeTensors.Read(File).Tensors, SafeTensors.Read(other.File).Tensors);
        Assert.Equal(mine.Select(tensor => tensor.Name), its.Select(tensor => tensor.Name));
        return mine.Zip(its, (a, b) => Difference(Values<T>(a), Values<T>(b))).Max();
    }

    private static double[] Values<T>(SafeTensor tensor)
        where T : unmanaged => [.. tensor.Values<T>().ToArray().Select(value => Convert.ToDouble(value))];

    private static double Difference(double[] a, double[] b)
    {
        var norm = Math.Sqrt(a.Sum(x => x * x));
        var difference = Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
        return difference == 0 ? 0 : difference / norm;
    }
}
