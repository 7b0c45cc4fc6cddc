using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>A pipeline against one device, and its idle share against the papers' formula.</summary>
public sealed class PipelineTests
{
    public static TheoryData<PipelineSchedule, int, int, bool> Settings => new()
    {
        { PipelineSchedule.GPipe, 2, 4, false },
        { PipelineSchedule.GPipe, 3, 5, true },
        { PipelineSchedule.OneForwardOneBackward, 2, 4, true },
        { PipelineSchedule.OneForwardOneBackward, 3, 5, false },
        { PipelineSchedule.OneForwardOneBackward, 4, 2, false },
        { PipelineSchedule.OneForwardOneBackward, 4, 9, true },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_pipeline_gives_the_bits_of_one_device_that_takes_the_micro_batches_one_after_another(
        PipelineSchedule schedule, int stages, int microBatches, bool recompute)
    {
        var strategy = Strategy(schedule, microBatches, recompute);
        foreach (var spec in new[] { MeshRuns.Perceptron, MeshRuns.Transformer, Adam(MeshRuns.Transformer) })
            AssertSame(spec, strategy, stages);
    }

    [Theory]
    [InlineData(PipelineSchedule.GPipe, false)]
    [InlineData(PipelineSchedule.GPipe, true)]
    [InlineData(PipelineSchedule.OneForwardOneBackward, false)]
    [InlineData(PipelineSchedule.OneForwardOneBackward, true)]
    public void Batch_norm_sees_a_micro_batch_at_a_time_and_each_one_once(PipelineSchedule schedule, bool recompute) =>
        AssertSame(MeshRuns.Images, Strategy(schedule, 3, recompute), 3);

    [Theory]
    [InlineData(true, 1e-12)]
    [InlineData(false, 1e-5)]
    public void The_loss_of_every_step_is_that_of_one_device_with_the_whole_batch(bool inDouble, double tolerance)
    {
        // One step an epoch, so that every step's loss is reported.
        foreach (var model in new[] { MeshRuns.Perceptron, MeshRuns.Transformer })
        {
            var spec = model with { BatchSize = MeshRuns.Rows.Rows, Epochs = 12 };
            var alone = MeshRuns.Run(spec, 1, inDouble);
            var pipeline = MeshRuns.Run(
                spec with { Strategy = Strategy(PipelineSchedule.OneForwardOneBackward, 6, false) }, 3, inDouble);

            Assert.All(alone.Reports.Zip(pipeline.Reports), pair =>
            {
                Assert.InRange(pair.Second.TrainLoss / pair.First.TrainLoss, 1 - tolerance, 1 + tolerance);
                Assert.InRange(pair.Second.ValidationLoss / pair.First.ValidationLoss, 1 - tolerance, 1 + tolerance);
                Assert.Equal(pair.First.ValidationAccuracy, pair.Second.ValidationAccuracy);
            });
            Assert.True(alone.Reports[^1].TrainLoss < alone.Reports[0].TrainLoss);
        }
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 4)]
    [InlineData(3, 6)]
    [InlineData(4, 4)]
    [InlineData(4, 8)]
    [InlineData(4, 16)]
    public void The_idle_share_of_equal_stages_is_that_of_the_formula(int stages, int microBatches)
    {
        var bubble = (stages - 1.0) / (microBatches + stages - 1);
        foreach (var schedule in Enum.GetValues<PipelineSchedule>())
        {
            var measured = Equal(stages, Strategy(schedule, microBatches, false));

            Assert.InRange(measured["bubble"], 0.95 * bubble, 1.05 * bubble);
            Assert.Equal(
                schedule == PipelineSchedule.GPipe ? microBatches : Math.Min(microBatches, stages),
                measured["live_micro_batches"]);
        }
    }

    [Fact]
    public void Values_computed_again_are_not_kept()
    {
        // Twice as many micro-batches of as many rows each: their inputs come on top, and nothing else.
        long Bytes(int live, bool recompute) => StageBytes(new StageSpec(
            2..5, IsFirst: false, IsLast: false, live, recompute, Capacity: 8));
        long set = Bytes(2, false) - Bytes(1, false);
        const int input = ((8 * 24) + 64) * sizeof(double);

        Assert.Equal(4 * input, Bytes(8, true) - Bytes(4, true));
        Assert.Equal(4 * set, Bytes(8, false) - Bytes(4, false));
        Assert.True(set > 2 * input, $"{set} bytes a micro-batch, {input} of them its input");
    }

    [Fact]
    public void A_resumed_pipeline_gives_the_bits_of_an_unbroken_one_with_any_number_of_stages()
    {
        var spec = Adam(MeshRuns.Transformer) with
        {
            Strategy = Strategy(PipelineSchedule.OneForwardOneBackward, 4, true),
        };
        var half = Checkpoint.FromBytes(MeshRuns.Run(spec, 3, until: 2).File);
        var whole = MeshRuns.Run(spec, 3).File;

        Assert.Equal(whole, MeshRuns.Run(spec, 3, start: half).File);
        Assert.Equal(whole, MeshRuns.Run(spec, 2, start: half).File);
        // And without a pipeline.
        Assert.Equal(whole, MeshRuns.Run(spec with { Strategy = null, Accumulation = 4 }, 1, start: half).File);
    }

    [Fact]
    public void The_model_that_a_pipeline_leaves_is_an_ordinary_file()
    {
        var spec = MeshRuns.Transformer;
        var alone = MeshRuns.Run(spec with { Accumulation = 4 }, 1, inDouble: false);
        var strategy = Strategy(PipelineSchedule.GPipe, 4, false);

        var pipeline = MeshRuns.Run(spec with { Strategy = strategy }, 4, inDouble: false);

        Assert.Equal(ModelFile.Write(alone.Result.Model), ModelFile.Write(pipeline.Result.Model));
        // A rank holds the parameters of its stage, and their number is that of the whole model.
        Assert.Equal(alone.Reports[0].Parameters, pipeline.Reports[0].Parameters);
        Assert.True(2 * pipeline.Reports[0].Memory.Parameters < alone.Reports[0].Memory.Parameters);
    }

    [Fact]
    public void Clipping_goes_by_the_norm_of_the_whole_model()
    {
        foreach (var kind in new[] { OptimizerKind.Sgd, OptimizerKind.Lamb })
        {
            var spec = MeshRuns.Perceptron with
            {
                Optimizer = new OptimizerSpec { Kind = kind, LearningRate = 0.02, ClipNorm = 0.5, ClipValue = 0.1 },
            };
            var alone = MeshRuns.Run(spec, 1);
            var pipeline = MeshRuns.Run(spec with { Strategy = new PipelineStrategy { MicroBatches = 2 } }, 3);

            Assert.InRange(alone.Difference<double>(pipeline), 0, 1e-12);
        }
    }

    [Fact]
    public void Stages_may_be_given()
    {
        var strategy = new PipelineStrategy { MicroBatches = 3, Stages = [2, 4, 7] };
        AssertSame(MeshRuns.Perceptron, strategy, 3);

        Expect("3 stages for 2 ranks", strategy, 2);
        Expect("2 + 5 + 7 = 14 layers, but the model has 13", strategy with { Stages = [2, 5, 7] }, 3);
        Expect("cannot begin with layer 4", strategy with { Stages = [4, 3, 6] }, 3);
        Expect("6 stages need as many layers that learn", new PipelineStrategy(), 6);
    }

    [Fact]
    public void What_a_pipeline_cannot_do_is_told()
    {
        var spec = MeshRuns.Perceptron;
        Expect("accumulation is 2", new PipelineStrategy(), 2, spec with { Accumulation = 2 });
        Expect("make zero 0", new PipelineStrategy(), 2, spec with { Exchange = new ExchangeSpec { Zero = 1 } });
        Expect("turn TopK compression off", new PipelineStrategy(), 2, spec with
        {
            Exchange = new ExchangeSpec { Compression = new CompressionSpec { Kind = CompressionKind.TopK } },
        });
    }

    [Fact]
    public void A_stage_that_gives_up_ends_all()
    {
        var spec = MeshRuns.Perceptron with { Strategy = new PipelineStrategy() };
        var outcomes = Ranks.Try(3, group => Trainer.Train(
            spec, MeshRuns.Rows, null, group, null, 5, _ => EpochVerdict.Continue,
            new CancellationToken(canceled: group.Rank == 1)));

        Assert.IsType<OperationCanceledException>(outcomes[1].Error);
        Assert.All([outcomes[0], outcomes[2]], outcome => Assert.IsType<CollectiveAbortedException>(outcome.Error));
    }

    private static void AssertSame(TrainingSpec spec, PipelineStrategy strategy, int stages)
    {
        var pipeline = MeshRuns.Run(spec with { Strategy = strategy }, stages);
        var alone = MeshRuns.Run(spec with { Accumulation = strategy.MicroBatches }, 1);

        Assert.Equal(alone.File, pipeline.File);
        Assert.Equal(alone.Losses, pipeline.Losses);
    }

    private static void Expect(string message, PipelineStrategy strategy, int worldSize, TrainingSpec? spec = null)
    {
        var errors = Ranks.Try(worldSize, group => Trainer.Train(
            (spec ?? MeshRuns.Perceptron) with { Strategy = strategy }, MeshRuns.Rows, null, group, null, 1,
            _ => EpochVerdict.Continue)).Select(outcome => outcome.Error).OfType<ArgumentException>();
        Assert.Contains(message, errors.First().Message, StringComparison.Ordinal);
    }

    /// <summary>What a pipeline of equal stages measures.</summary>
    private static Dictionary<string, double> Equal(int stages, PipelineStrategy strategy)
    {
        var measures = new Dictionary<string, double>();
        var spec = MeshRuns.Perceptron with
        {
            Model = new MlpSpec
            {
                Hidden = [.. Enumerable.Repeat(48, stages - 1)],
                Activation = Activation.Relu,
            },
            BatchSize = 64,
            Epochs = 1,
            Strategy = strategy,
        };
        Ranks.Run(stages, group => Trainer.Train(
            spec, SyntheticData.Classes(128, 48, 48), null, group, null, 1, report =>
            {
                foreach (var (name, value) in report.Measures)
                    measures[name] = value;
                return EpochVerdict.Continue;
            }));
        return measures;
    }

    private static long StageBytes(StageSpec spec)
    {
        var shape = NetworkShape.Of(MeshRuns.Perceptron.Model, MeshRuns.Rows.Schema, LossKind.CrossEntropy);
        using var stage = new ModelStage<double>(shape, spec, Kernels<double>.Best, null, null, null);
        Assert.Equal(spec.Recompute ? 1 : spec.Live, stage.Sets);
        return stage.ValueBytes;
    }

    private static PipelineStrategy Strategy(PipelineSchedule schedule, int microBatches, bool recompute) =>
        new() { Schedule = schedule, MicroBatches = microBatches, Recompute = recompute };

    private static TrainingSpec Adam(TrainingSpec spec) => spec with
    {
        Optimizer = new OptimizerSpec { Kind = OptimizerKind.AdamW, LearningRate = 5e-3, WeightDecay = 0.01 },
    };
}
