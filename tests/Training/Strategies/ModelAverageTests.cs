using TuneGraph.Training;
using static TuneGraph.Tests.Training.ModelWeights;
using static TuneGraph.Tests.Training.StrategyRuns;

namespace TuneGraph.Tests.Training;

/// <summary>Local SGD and its outer rules against what theory says they are at their borders.</summary>
public sealed class ModelAverageTests
{
    // 96 rows in batches of 16: 6 steps an epoch, and 24 rows a rank's share of 4.
    private static readonly Dataset _train = SyntheticData.Classes(96, 8, 3);
    private static readonly Dataset _uneven = SyntheticData.Classes(101, 8, 3);
    private static readonly Dataset _validation = SyntheticData.Classes(40, 8, 3, seed: 2);

    public static TheoryData<ModelAverageRule> Rules => [.. Enum.GetValues<ModelAverageRule>()];

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void With_one_local_step_the_mean_is_synchronous_descent(int worldSize)
    {
        // 101 rows: parts of a batch differ in size, and the last batch has 5 rows.
        var average = Train(Spec(new() { LocalSteps = 1 }), worldSize, _uneven);
        var synchronous = Train(Spec(null), worldSize, _uneven);

        Assert.InRange(Difference(synchronous.Weights, average.Weights), 0, 1e-12);
    }

    [Fact]
    public void An_outer_rate_of_one_without_momentum_is_the_mean()
    {
        var mean = Train(Spec(new() { LocalSteps = 3 }), 4, _train).Weights;
        foreach (var rule in new[] { ModelAverageRule.Diloco, ModelAverageRule.SlowMomentum })
        {
            var other = Train(Spec(new() { LocalSteps = 3, Rule = rule, OuterRate = 1, OuterMomentum = 0 }), 4, _train);
            Assert.InRange(Difference(mean, other.Weights), 0, 1e-12);
        }
    }

    [Fact]
    public void Block_momentum_of_one_rank_is_plain_descent()
    {
        var alone = Train(Spec(new() { Rule = ModelAverageRule.BlockMomentum, LocalSteps = 2 }), 1, _train);
        var plain = Train(Spec(null), 1, _train);

        Assert.InRange(Difference(plain.Weights, alone.Weights), 0, 1e-12);
    }

    [Fact]
    public void The_first_block_of_block_momentum_ends_at_the_mean()
    {
        // (1 - μ) Σ (w - w_k) = mean (w - w_k) at μ = 1 - 1/N, the default.
        var spec = Spec(new() { Rule = ModelAverageRule.BlockMomentum, LocalSteps = 6, Nesterov = false }, epochs: 1);
        var mean = Spec(new() { LocalSteps = 6 }, epochs: 1);

        Assert.InRange(Difference(Train(mean, 4, _train).Weights, Train(spec, 4, _train).Weights), 0, 1e-14);
    }

    [Fact]
    public void Ranks_with_the_same_rows_train_as_one_rank_does()
    {
        // Every sample twice, one copy in either rank's part: 16 of 32 rows of the whole batch each.
        var spec = Spec(new() { LocalSteps = 4 }, epochs: 1) with { BatchSize = 32, Seed = 0 };
        var same = SyntheticData.Repeated(SyntheticData.Classes(1, 8, 3), 64);

        var two = Train(spec, 2, same).Weights;
        var one = Train(spec with { BatchSize = 16, Epochs = 1 }, 1, SyntheticData.Repeated(
            SyntheticData.Classes(1, 8, 3), 32)).Weights;

        Assert.InRange(Difference(one, two), 0, 1e-12);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public void Bytes_are_those_of_synchronous_descent_divided_by_the_local_steps(int localSteps)
    {
        var every = Train(Spec(new() { LocalSteps = 1 }, epochs: 1), 4, _train);
        var seldom = Train(Spec(new() { LocalSteps = localSteps }, epochs: 1), 4, _train);

        Assert.Equal(every.Bytes, localSteps * seldom.Bytes);
        // Six all-reduces, by all ranks together 2 (N - 1) times the arena and a count, of 8 bytes each.
        Assert.Equal(0, every.Bytes % (6 * 2 * 3 * 8));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Every_rule_learns_and_all_ranks_hold_the_same_bits(ModelAverageRule rule)
    {
        var spec = Spec(new() { Rule = rule, LocalSteps = 3 }, epochs: 25) with
        {
            Optimizer = new OptimizerSpec { Kind = OptimizerKind.AdamW, LearningRate = 5e-3 },
        };
        var run = Train(spec, 3, _train);

        Assert.True(run.Losses[^1] < 0.4 * run.Losses[0], $"{rule}: {run.Losses[0]} → {run.Losses[^1]}");
        Assert.All(run.Files, file => Assert.Equal(run.Files[0], file));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_resumed_run_gives_the_bits_of_an_unbroken_one(ModelAverageRule rule)
    {
        var spec = Spec(new() { Rule = rule, LocalSteps = 4 }, epochs: 6) with
        {
            Optimizer = new OptimizerSpec { Kind = OptimizerKind.Adam, LearningRate = 5e-3 },
        };
        var whole = Train(spec, 3, _train);
        var half = Train(spec, 3, _train, until: 2);

        var resumed = Train(spec, 3, _train, start: Checkpoint.FromBytes(half.Files[0]));

        Assert.Equal(whole.Files[0], resumed.Files[0]);
        // And another world size goes on, though not to the same bits.
        Assert.True(Train(spec, 2, _train, start: Checkpoint.FromBytes(half.Files[0])).Losses[^1] < half.Losses[^1]);
    }

    [Fact]
    public void Rank_0_may_take_a_checkpoint_in_any_epoch()
    {
        var spec = Spec(new() { LocalSteps = 2 }, epochs: 3);
        var taken = new List<byte[]>();
        Ranks.Run(3, group => Trainer.Train(spec, _train, _validation, group, null, 3, report =>
        {
            taken.Add(report.CaptureCheckpoint().ToBytes());
            return report.Epoch == 2 ? EpochVerdict.Stop : EpochVerdict.Continue;
        }));

        Assert.Equal([1, 2], taken.Select(bytes => Checkpoint.FromBytes(bytes).FinishedEpochs));
    }

    private static TrainingSpec Spec(ModelAverageStrategy? strategy, int epochs = 5) => new()
    {
        Model = new MlpSpec { Hidden = [10], Activation = Activation.Tanh },
        Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.05, Momentum = 0 },
        Strategy = strategy,
        Epochs = epochs,
        BatchSize = 16,
        Seed = 4,
    };
}
