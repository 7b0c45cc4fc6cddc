using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class TrainerTests
{
    private static readonly Dataset _train = SyntheticData.Classes(90, 8, 3);
    private static readonly Dataset _validation = SyntheticData.Classes(30, 8, 3, seed: 2);

    private static TrainingSpec Spec => new()
    {
        Model = new MlpSpec { Hidden = [20], Activation = Activation.Gelu, Dropout = 0.25 },
        Optimizer = new OptimizerSpec { LearningRate = 0.01 },
        Epochs = 6,
        BatchSize = 16,
        Seed = 11,
    };

    [Theory]
    [InlineData(OptimizerKind.Sgd, 1)]
    [InlineData(OptimizerKind.Adam, 1)]
    [InlineData(OptimizerKind.AdamW, 2)]
    public void Going_on_from_a_checkpoint_gives_the_bits_of_training_in_one_go(OptimizerKind kind, int worldSize)
    {
        var spec = Spec with { Optimizer = Spec.Optimizer with { Kind = kind, WeightDecay = 0.01 } };
        var whole = Train(spec, worldSize, null, 6);
        var half = Train(spec, worldSize, null, 4);
        var rest = Train(spec, worldSize, Checkpoint.FromBytes(half.Checkpoint.ToBytes()), 6);
        Assert.Equal(4, half.Epochs);
        Assert.Equal(whole.Checkpoint.ToBytes(), rest.Checkpoint.ToBytes());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_number_of_threads_trains_the_same_bits(int threads)
    {
        // Wide enough that products, their packing and the updates are all divided.
        var spec = Spec with { Model = new MlpSpec { Hidden = [300, 200] }, BatchSize = 90, Epochs = 2 };
        var alone = Train(spec, 1, null, 2);
        var together = Train(spec with { Threads = threads }, 1, null, 2);
        Assert.Equal(alone.Checkpoint.ToBytes(), together.Checkpoint.ToBytes());
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 1, 2)]
    [InlineData(2, 3, 1)]
    public void Batches_gathered_ahead_train_the_same_bits(int prefetch, int accumulation, int worldSize)
    {
        var spec = Spec with { Accumulation = accumulation, BatchSize = 8 };
        Assert.Equal(
            Train(spec, worldSize, null, 6).Checkpoint.ToBytes(),
            Train(spec with { Prefetch = prefetch }, worldSize, null, 6).Checkpoint.ToBytes());
    }

    [Fact]
    public void Gathering_ahead_ends_with_a_training_that_fails() =>
        Assert.Throws<TimeoutException>(() => Train(
            Spec with { Prefetch = 2 }, 1, null, 6, _ => throw new TimeoutException("the store is gone")));

    [Fact]
    public void All_metrics_are_those_that_the_finished_model_has_at_any_world_size()
    {
        var reports = new List<ModelMetrics?>();
        var last = new List<ModelMetrics>();
        foreach (var worldSize in (int[])[1, 3])
        {
            ModelMetrics? metrics = null;
            var result = Train(Spec with { AllMetrics = true }, worldSize, null, 6, report =>
            {
                metrics = report.Validation;
                return EpochVerdict.Continue;
            });
            reports.Add(metrics);
            last.Add(result.Model.Evaluate(_validation));
        }
        for (var i = 0; i < 2; i++)
        {
            foreach (var of in (Func<ModelMetrics, double?>[])
                [m => m.Loss, m => m.Accuracy, m => m.F1, m => m.RocAuc, m => m.AveragePrecision, m => m.LogLoss])
            {
                Assert.Equal(of(last[0])!.Value, of(reports[i]!)!.Value, 1e-5);
            }
        }
        Assert.True(EpochReport.ProcessBytes > 1 << 20);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Errors_of_numbers_are_in_the_target_s_unit(int worldSize)
    {
        var train = SyntheticData.Numbers(80, 5);
        var validation = SyntheticData.Numbers(31, 5, seed: 2);
        ModelMetrics? metrics = null;
        var spec = Spec with { Model = new MlpSpec { Hidden = [20] }, AllMetrics = true };
        var model = Ranks.Run(worldSize, group => Trainer.Train(spec, train, validation, group, null, 6, report =>
        {
            metrics = report.Validation;
            return EpochVerdict.Continue;
        }))[0].Model;
        var expected = model.Evaluate(validation);
        Assert.Equal(expected.RootMeanSquaredError!.Value, metrics!.RootMeanSquaredError!.Value, 1e-5);
        Assert.Equal(expected.MeanAbsoluteError!.Value, metrics.MeanAbsoluteError!.Value, 1e-5);
        Assert.Equal(expected.R2!.Value, metrics.R2!.Value, 1e-5);
        Assert.Equal(expected.Loss, metrics.Loss, 1e-5);
        Assert.Null(metrics.Accuracy);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void A_number_of_threads_out_of_range_is_refused(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Spec with { Threads = threads });

    [Fact]
    public void A_checkpoint_captured_in_the_callback_is_that_of_stopping_there()
    {
        byte[]? captured = null;
        var stopped = Train(Spec, 1, null, 6, report =>
        {
            if (report.Epoch < 3)
                return EpochVerdict.Continue;
            captured = report.CaptureCheckpoint().ToBytes();
            return EpochVerdict.Stop;
        });
        Assert.True(stopped.Stopped);
        Assert.Equal(3, stopped.Epochs);
        Assert.Equal(captured, stopped.Checkpoint.ToBytes());
        Assert.Equal(captured, Train(Spec, 1, null, 3).Checkpoint.ToBytes());
    }

    [Fact]
    public void A_stop_ends_all_ranks_at_the_same_epoch()
    {
        var results = Ranks.Run(3, group => Trainer.Train(
            Spec, _train, _validation, group, null, 6,
            report => report.Epoch == 2 ? EpochVerdict.Stop : EpochVerdict.Continue));
        Assert.All(results, result => Assert.Equal((2, true), (result.Epochs, result.Stopped)));
    }

    [Fact]
    public void Only_rank_zero_hears_about_epochs()
    {
        var threads = new List<int>();
        var results = Ranks.Run(3, group => Trainer.Train(Spec, _train, _validation, group, null, 6, report =>
        {
            threads.Add(group.Rank);
            return EpochVerdict.Continue;
        }));
        Assert.Equal(3, results.Length);
        Assert.Equal([0, 0, 0, 0, 0, 0], threads);
    }

    [Fact]
    public void Training_lowers_the_loss_and_beats_chance()
    {
        var reports = new List<EpochReport>();
        Train(Spec with { Epochs = 30 }, 1, null, 30, report =>
        {
            reports.Add(report);
            return EpochVerdict.Continue;
        });
        Assert.True(reports[^1].TrainLoss < reports[0].TrainLoss / 2);
        Assert.Equal(Enumerable.Range(1, 30), reports.Select(report => report.Epoch));
        Assert.All(reports, report => Assert.True(report.SamplesPerSecond > 0));
    }

    [Fact]
    public void Without_a_validation_set_there_is_no_validation_loss()
    {
        EpochReport? last = null;
        EpochVerdict OnEpoch(EpochReport report)
        {
            last = report;
            return EpochVerdict.Continue;
        }
        Trainer.Train(
            Spec, _train, null, InProcessGroup.Create(1)[0], null, 1, OnEpoch, TestContext.Current.CancellationToken);
        Assert.True(double.IsNaN(last!.ValidationLoss));
        Assert.Null(last.ValidationAccuracy);
    }

    [Fact]
    public void A_diverging_training_says_so_with_epoch_and_value()
    {
        var spec = Spec with
        {
            Model = new MlpSpec { Hidden = [20] },
            Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 1e30 },
        };
        var outcomes = Ranks.Try(2, group => Trainer.Train(
            spec, _train, _validation, group, null, 6, _ => EpochVerdict.Continue));
        var error = Assert.IsType<TrainingDivergedException>(
            outcomes.Select(o => o.Error).First(e => e is TrainingDivergedException));
        Assert.All(outcomes, outcome => Assert.NotNull(outcome.Error));
        Assert.Equal(1, error.Epoch);
        Assert.False(double.IsFinite(error.Value));
        Assert.Contains("epoch 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_one_rank_ends_the_others()
    {
        using var source = new CancellationTokenSource();
        var outcomes = Ranks.Try(3, group => Trainer.Train(
            Spec, _train, _validation, group, null, 6,
            report =>
            {
                if (report.Epoch == 2)
                    source.Cancel();
                return EpochVerdict.Continue;
            },
            group.Rank == 1 ? source.Token : CancellationToken.None));
        Assert.IsType<OperationCanceledException>(outcomes[1].Error);
        Assert.IsType<CollectiveAbortedException>(outcomes[0].Error);
        Assert.IsType<CollectiveAbortedException>(outcomes[2].Error);
    }

    [Fact]
    public void A_failing_callback_ends_all_ranks()
    {
        var outcomes = Ranks.Try(2, group => Trainer.Train(
            Spec, _train, _validation, group, null, 6, _ => throw new TimeoutException("the store is gone")));
        Assert.IsType<TimeoutException>(outcomes[0].Error);
        var aborted = Assert.IsType<CollectiveAbortedException>(outcomes[1].Error);
        Assert.Contains("the store is gone", aborted.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ranks_with_different_settings_find_out_before_the_first_step()
    {
        var outcomes = Ranks.Try(2, group => Trainer.Train(
            Spec with { Seed = (ulong)group.Rank }, _train, _validation, group, null, 6, _ => EpochVerdict.Continue));
        Assert.Contains("Rank 1", outcomes[1].Error!.Message, StringComparison.Ordinal);
        Assert.NotNull(outcomes[0].Error);
    }

    [Fact]
    public void A_rank_with_bad_arguments_ends_the_others()
    {
        var outcomes = Ranks.Try(2, group => Trainer.Train(
            Spec, _train, _validation, group, null, group.Rank == 0 ? 6 : 7, _ => EpochVerdict.Continue));
        Assert.IsType<ArgumentOutOfRangeException>(outcomes[1].Error);
        Assert.IsType<CollectiveAbortedException>(outcomes[0].Error);
    }

    [Fact]
    public void A_checkpoint_of_another_model_is_refused_with_both_names()
    {
        var checkpoint = Train(Spec, 1, null, 2).Checkpoint;
        var other = Spec with { Model = (MlpSpec)Spec.Model with { Hidden = [21] } };
        var error = Assert.Throws<ArgumentException>(() => Trainer.Train(
            other, _train, _validation, InProcessGroup.Create(1)[0], checkpoint, 6, _ => EpochVerdict.Continue,
            TestContext.Current.CancellationToken));
        Assert.Contains("8-20-3 Gelu", error.Message, StringComparison.Ordinal);
        Assert.Contains("8-21-3 Gelu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_may_go_on_with_another_learning_rate()
    {
        var checkpoint = Train(Spec, 1, null, 2).Checkpoint;
        var other = Spec with { Optimizer = Spec.Optimizer with { LearningRate = 0.1 } };
        Assert.Equal(6, Train(other, 1, checkpoint, 6).Epochs);
    }

    [Fact]
    public void A_loss_that_does_not_fit_the_task_is_refused()
    {
        var spec = Spec with { Loss = LossKind.SquaredError };
        var error = Assert.Throws<ArgumentException>(() => Train(spec, 1, null, 6));
        Assert.Contains("CrossEntropy", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_larger_than_the_data_means_all_rows()
    {
        var all = Train(Spec with { BatchSize = 90 }, 1, null, 6);
        var more = Train(Spec with { BatchSize = 1_000_000 }, 1, null, 6);
        Assert.Equal(all.Checkpoint.ToBytes(), more.Checkpoint.ToBytes());
        Assert.Equal(6, more.Checkpoint.Steps);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(1, 2)]
    public void A_step_allocates_nothing(int threads, int prefetch)
    {
        // Equal epochs of 1 and of 45 steps allocate the same, so that what they allocate is not the steps'.
        var spec = Spec with { Threads = threads, Prefetch = prefetch };
        Assert.Equal(EpochAllocation(spec with { BatchSize = 90 }), EpochAllocation(spec with { BatchSize = 2 }));
    }

    private static long EpochAllocation(TrainingSpec spec)
    {
        var marks = new long[6];
        Train(spec, 1, null, 6, report =>
        {
            marks[report.Epoch - 1] = GC.GetAllocatedBytesForCurrentThread();
            return EpochVerdict.Continue;
        });
        return Enumerable.Range(1, 5).Min(i => marks[i] - marks[i - 1]);
    }

    private static TrainingResult Train(
        TrainingSpec spec, int worldSize, Checkpoint? start, int until, Func<EpochReport, EpochVerdict>? onEpoch = null)
    {
        onEpoch ??= _ => EpochVerdict.Continue;
        if (worldSize == 1)
            return Trainer.Train(spec, _train, _validation, InProcessGroup.Create(1)[0], start, until, onEpoch);
        return Ranks.Run(worldSize, group =>
            Trainer.Train(spec, _train, _validation, group, start, until, onEpoch))[0];
    }
}
