using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>
/// Many ranks with a share of the batch each must train as one rank with the whole batch (Goyal et al. 2017,
/// arXiv:1706.02677, section 3): 1e-5 in float32 and 1e-12 in float64, relative, after at least 200 steps.
/// </summary>
public sealed class DataParallelTests
{
    // 101 rows in batches of 16 leave a last batch of 5, which 2, 3 and 4 ranks share unevenly; 7 steps an epoch.
    private const int Rows = 101, Epochs = 29;

    private static readonly Dataset _train = SyntheticData.Classes(Rows, 12, 5);
    private static readonly Dataset _validation = SyntheticData.Classes(37, 12, 5, seed: 2);

    private static TrainingSpec Spec => new()
    {
        Model = new MlpSpec { Hidden = [24, 18], Activation = Activation.Tanh, Dropout = 0.2 },
        Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.05 },
        Epochs = Epochs,
        BatchSize = 16,
        Seed = 4,
    };

    public static MatrixTheoryData<int, Activation, OptimizerKind> Settings =>
        new([2, 3, 4], Enum.GetValues<Activation>(), Enum.GetValues<OptimizerKind>());

    [Theory]
    [MemberData(nameof(Settings))]
    public void In_float32_any_world_size_trains_as_one_rank_does(
        int worldSize, Activation activation, OptimizerKind optimizer)
    {
        var spec = With(activation, optimizer);
        var (alone, _) = Train(1, spec);
        var (together, _) = Train(worldSize, spec);
        Assert.InRange(ModelWeights.Difference<float>(alone[0], together[0]), 0, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Settings))]
    public void In_float64_any_world_size_trains_as_one_rank_does(
        int worldSize, Activation activation, OptimizerKind optimizer)
    {
        var spec = With(activation, optimizer);
        var (alone, _) = Train(1, spec, inDouble: true);
        var (together, _) = Train(worldSize, spec, inDouble: true);
        Assert.InRange(ModelWeights.Difference<double>(alone[0], together[0]), 0, 1e-12);
    }

    [Fact]
    public void All_ranks_end_with_the_same_bits_and_a_repetition_gives_them_again()
    {
        var (first, reports) = Train(3, Spec);
        var (second, reportsAgain) = Train(3, Spec);
        Assert.All(first.Concat(second), bytes => Assert.Equal(first[0], bytes));
        Assert.Equal(
            reports.Select(r => (r.TrainLoss, r.ValidationLoss, r.ValidationAccuracy)),
            reportsAgain.Select(r => (r.TrainLoss, r.ValidationLoss, r.ValidationAccuracy)));
    }

    [Fact]
    public void Reports_do_not_depend_on_the_world_size_beyond_rounding()
    {
        var (_, alone) = Train(1, Spec, inDouble: true);
        var (_, together) = Train(4, Spec, inDouble: true);
        Assert.Equal(Epochs, together.Count);
        foreach (var (one, four) in alone.Zip(together))
        {
            Assert.Equal(one.TrainLoss, four.TrainLoss, 1e-10);
            Assert.Equal(one.ValidationLoss, four.ValidationLoss, 1e-10);
            Assert.Equal(one.ValidationAccuracy, four.ValidationAccuracy);
        }
    }

    [Fact]
    public void More_ranks_than_samples_in_a_batch_still_train()
    {
        var spec = Spec with { BatchSize = 2, Epochs = 2 };
        var (alone, _) = Train(1, spec, inDouble: true);
        var (together, _) = Train(4, spec, inDouble: true);
        Assert.InRange(ModelWeights.Difference<double>(alone[0], together[0]), 0, 1e-12);
    }

    private static TrainingSpec With(Activation activation, OptimizerKind optimizer) => Spec with
    {
        Model = (MlpSpec)Spec.Model with { Activation = activation },
        Optimizer = new OptimizerSpec
        {
            Kind = optimizer,
            LearningRate = optimizer == OptimizerKind.Sgd ? 0.02 : 0.003,
            WeightDecay = 1e-3,
        },
    };

    private static (byte[][] Checkpoints, List<EpochReport> Reports) Train(
        int worldSize, TrainingSpec spec, bool inDouble = false)
    {
        var reports = new List<EpochReport>();
        EpochVerdict OnEpoch(EpochReport report)
        {
            reports.Add(report);
            return EpochVerdict.Continue;
        }
        var token = TestContext.Current.CancellationToken;
        var results = Ranks.Run(worldSize, group => inDouble
            ? Trainer.TrainInDouble(spec, _train, _validation, group, null, spec.Epochs, OnEpoch, token)
            : Trainer.Train(spec, _train, _validation, group, null, spec.Epochs, OnEpoch, token));
        return ([.. results.Select(result => result.Checkpoint.ToBytes())], reports);
    }
}
