using TuneGraph.Collectives;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph.Tests.Sweeps.Run;

public sealed class ModelSweepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sweep_leaves_the_model_the_configuration_the_report_and_the_trials()
    {
        var result = await Wine.Sweep(_folder.Path).Retrain().RunAsync();

        Assert.Equal(SweepOutcome.Finished, result.Outcome);
        Assert.Equal(
            [
                "best.yaml",
                "history.svg",
                "learning-curves.svg",
                "metrics.json",
                "model.safetensors",
                "report.md",
                "study.db",
                "study.lock",
                "trials.csv",
            ],
            Directory.GetFiles(_folder.Path).Select(Path.GetFileName).Order()
        );
        Assert.Empty(Directory.GetDirectories(_folder.Path));
        Assert.Equal(1 + 15, File.ReadAllLines(_folder["trials.csv"]).Length);
        Assert.Contains(
            $"trial {result.Best!.Number}",
            File.ReadAllText(_folder["report.md"]),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_model_on_disk_does_what_the_report_says()
    {
        var result = await Wine.Sweep(_folder.Path).RunAsync();

        var model = TrainedModel.Load(_folder["model.safetensors"]);
        var data = TabularData.Load(
            ((ModelProgram)Wine.Sweep().Build().Program).Data,
            TestContext.Current.CancellationToken
        );

        Assert.Equal(
            result.Test.Single(metric => metric.Key == "test_accuracy").Value,
            model.Evaluate(data.Test).Accuracy
        );
        Assert.Equal(result.Best!.Value, model.Evaluate(data.Validation).Accuracy);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_bits_whatever_the_store()
    {
        var onDisk = await Wine.Sweep(_folder.Path).RunAsync();
        var inMemory = await Wine.Sweep().RunAsync();

        Assert.Equal(Wine.Essence(onDisk), Wine.Essence(inMemory));
        Assert.Equal(onDisk.Test, inMemory.Test);
    }

    [Fact]
    public async Task Successive_halving_pauses_at_its_rungs_and_carries_the_best_to_the_end()
    {
        var result = await Wine.Sweep().RunAsync();

        Assert.All(result.Trials, trial => Assert.Contains(trial.Steps, (int[])[1, 3, Wine.Epochs]));
        Assert.Contains(result.Trials, trial => trial is { State: TrialState.Pruned, Steps: 1 });
        Assert.Contains(result.Trials, trial => trial is { State: TrialState.Completed, Steps: Wine.Epochs });
    }

    [Theory]
    [InlineData("val_f1", "maximize")]
    [InlineData("val_roc_auc", "maximize")]
    [InlineData("val_log_loss", "minimize")]
    public async Task Any_metric_can_be_optimised_and_the_log_keeps_it(string metric, string direction)
    {
        var sweep = Wine.Sweep().Pruner(new NoPruner()).Trials(2);
        sweep = direction == "maximize" ? sweep.Maximize(metric) : sweep.Minimize(metric);
        var result = await sweep.RunAsync();

        Assert.All(result.Trials, trial => Assert.InRange(trial.Value!.Value, 0, direction == "maximize" ? 1 : 10));
        Assert.True(direction == "minimize" || result.Best!.Value > 0.8);
    }

    [Fact]
    public async Task A_metric_of_the_other_task_fails_the_trial_with_the_metrics_there_are()
    {
        var result = await Wine.Sweep().Minimize("val_rmse").Trials(1).RunAsync();

        Assert.Contains("'val_rmse' is not measured", result.Trials[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Early_stopping_completes_trials_before_their_last_epoch()
    {
        var training = ((ModelProgram)Wine.Sweep().Build().Program).Training;
        var sweep = Wine.Sweep().Pruner(new NoPruner()).Trials(4).Sampler(new RandomSampler())
            .Training(training with { Epochs = 200, EarlyStopping = new EarlyStoppingSpec(5, 1e-3, "val_loss") });
        var result = await sweep.RunAsync();

        Assert.All(result.Trials, trial => Assert.Equal(TrialState.Completed, trial.State));
        Assert.Contains(result.Trials, trial => trial.Steps < 200);
        Assert.All(result.Trials.Where(trial => trial.Steps < 200), trial =>
            Assert.Contains("stopped early: val_loss was best at step", trial.Reason, StringComparison.Ordinal));
        Assert.Equal(Wine.Essence(result), Wine.Essence(await sweep.RunAsync()));
    }

    [Fact]
    public async Task Even_a_budget_too_small_for_the_rungs_gives_a_model()
    {
        var result = await Wine.Sweep().Trials(2).RunAsync();

        Assert.Equal(SweepOutcome.Finished, result.Outcome);
        Assert.Equal(Wine.Epochs, result.Best!.Steps);
    }

    [Fact]
    public async Task Two_ranks_find_what_one_rank_finds_but_for_rounding()
    {
        var training = ((ModelProgram)Wine.Sweep().Build().Program).Training;
        var sweep = Wine.Sweep().Pruner(new NoPruner()).Trials(4).Sampler(new RandomSampler());

        var one = await sweep.Minimize("val_loss").RunAsync();
        var two = await sweep
            .Minimize("val_loss")
            .Training(training with { Parallel = new ParallelSpec { WorldSize = 2 } })
            .RunAsync();

        foreach (var (alone, together) in one.Trials.Zip(two.Trials))
        {
            Assert.Equal(alone.Configuration, together.Configuration);
            Assert.Equal(alone.Value!.Value, together.Value!.Value, 1e-4 * Math.Abs(alone.Value.Value));
        }
    }

    [Theory]
    [InlineData(AllReduceAlgorithm.Ring)]
    [InlineData(AllReduceAlgorithm.Direct)]
    [InlineData(AllReduceAlgorithm.Auto)]
    public async Task Three_ranks_repeat_to_the_last_bit_however_they_sum(AllReduceAlgorithm algorithm)
    {
        var training = ((ModelProgram)Wine.Sweep().Build().Program).Training;
        var parallel = new ParallelSpec { WorldSize = 3, AllReduce = algorithm };
        var sweep = Wine.Sweep().Trials(4).Minimize("val_loss").Training(training with { Parallel = parallel });

        var first = await sweep.RunAsync();
        var again = await sweep.RunAsync();

        Assert.Equal(Wine.Essence(first), Wine.Essence(again));
        Assert.All(first.Trials, trial => Assert.NotEqual(TrialState.Failed, trial.State));
    }

    [Fact]
    public async Task A_segment_that_another_trial_has_finished_is_not_computed_again()
    {
        var sweep = Wine.Sweep()
            .Sampler(new RandomSampler())
            .Pruner(new NoPruner())
            .Trials(12)
            .Model(new MlpTemplate { Width = "$width" })
            .Training(new TrainingTemplate { Epochs = 3 });
        sweep = Narrow(sweep);
        var store = new MemoryStudyStore();

        var result = await new SweepRunner(sweep.Build(), new SweepRunOptions { Store = store }).RunAsync();

        var stored = store.Load("wine")!;
        Assert.Equal(result.SharedSteps, stored.SharedSteps);
        Assert.True(stored.SavedTime > TimeSpan.Zero);
        var distinct = result.Trials.Select(trial => trial.Configuration).Distinct().Count();
        Assert.Equal((12 - distinct) * 3, result.SharedSteps);
        Assert.True(distinct <= 2);
        Assert.All(
            result.Trials.GroupBy(trial => trial.Configuration),
            twins => Assert.Single(twins.Select(twin => twin.Value).Distinct())
        );
    }

    [Fact]
    public async Task Twins_that_run_at_the_same_time_share_their_work_too()
    {
        var sweep = Narrow(
            Wine.Sweep()
                .Sampler(new RandomSampler())
                .Pruner(new NoPruner())
                .Trials(12)
                .Parallel(4)
                .Training(new TrainingTemplate { Epochs = 3 })
        );

        var result = await sweep.RunAsync();

        var distinct = result.Trials.Select(trial => trial.Configuration).Distinct().Count();
        Assert.Equal((12 - distinct) * 3, result.SharedSteps);
        Assert.All(result.Trials, trial => Assert.Equal(TrialState.Completed, trial.State));
    }

    [Fact]
    public async Task A_trial_that_waited_for_a_twin_which_failed_tries_for_itself()
    {
        // Four trials at a time of at most two kinds: at least two of them wait.
        var hopeless = new OptimizerTemplate { Type = OptimizerKind.Sgd, LearningRate = 1e30 };
        var sweep = Narrow(Wine.Sweep().Pruner(new NoPruner()).Trials(8).Parallel(4))
            .Training(new TrainingTemplate { Epochs = 5, Optimizer = hopeless });

        var result = await sweep.RunAsync();

        Assert.Equal(8, result.Trials.Length);
        Assert.All(result.Trials, trial => Assert.Equal(TrialState.Failed, trial.State));
    }

    [Fact]
    public async Task An_interrupted_start_leaves_nothing_behind()
    {
        using var killed = new CancellationTokenSource();
        killed.Cancel();
        var spec = Wine.Sweep(_folder["out"]).Build();

        await Assert.ThrowsAsync<OperationCanceledException>(() => new SweepRunner(spec).RunAsync(kill: killed.Token));

        Assert.False(Directory.Exists(_folder["out"]));
    }

    [Fact]
    public async Task A_network_that_diverges_is_a_failed_trial_with_its_reason()
    {
        var result = await Wine.Sweep()
            .Trials(3)
            .Training(
                new TrainingTemplate
                {
                    Epochs = 5,
                    Optimizer = new OptimizerTemplate { Type = OptimizerKind.Sgd, LearningRate = 1e30 },
                }
            )
            .Space(_ => new SpaceBuilder().Int("width", 4, 32))
            .RunAsync();

        Assert.Equal(SweepOutcome.Failed, result.Outcome);
        Assert.All(result.Trials, trial => Assert.Equal(TrialState.Failed, trial.State));
        Assert.Contains("TrainingDivergedException", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unusable_data_leaves_nothing_behind()
    {
        var output = _folder["out"];
        var sweep = Wine.Sweep(output)
            .Data(new DataSpec { Path = RepositoryRoot.Of("examples", "data", "wine.csv.gz"), Target = "grape" });

        var error = await Assert.ThrowsAsync<DataException>(() => sweep.RunAsync());

        Assert.Contains("grape", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(output));
    }

    [Fact]
    public async Task An_output_folder_that_cannot_be_written_is_told_before_anything_runs()
    {
        File.WriteAllText(_folder["file"], "in the way");

        var error = await Assert.ThrowsAsync<StoreException>(() => Wine.Sweep(_folder["file"]).RunAsync());

        Assert.Contains("cannot be written", error.Message, StringComparison.Ordinal);
        Assert.Contains("--output", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_that_cannot_be_written_stops_the_sweep_and_fails_no_trial()
    {
        File.WriteAllText(_folder["checkpoints"], "in the way");

        var error = await Assert.ThrowsAsync<StoreException>(() => Wine.Sweep(_folder.Path).RunAsync());
        File.Delete(_folder["checkpoints"]);
        var result = await Wine.Sweep(_folder.Path).RunAsync(resume: true);

        Assert.Contains("could not be written", error.Message, StringComparison.Ordinal);
        Assert.Contains("--resume", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Trials, trial => trial.State == TrialState.Failed);
        Assert.Equal(Wine.Essence(await Wine.Sweep().RunAsync()), Wine.Essence(result));
    }

    [Fact]
    public void A_reference_to_no_parameter_is_refused_by_name()
    {
        var error = Assert.Throws<TuneGraphException>(() =>
            Wine.Sweep().Model(new MlpTemplate { Width = "$wide" }).Build()
        );

        Assert.Contains("'$wide'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_that_nothing_uses_is_refused_by_name()
    {
        var error = Assert.Throws<TuneGraphException>(() =>
            Wine.Sweep().Space(space => space.Float("idle", 0, 1)).Build()
        );

        Assert.Contains("'idle'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_that_a_setting_cannot_take_is_refused_with_the_value()
    {
        var error = Assert.Throws<TuneGraphException>(() =>
            Wine.Sweep()
                .Space(space => space.Float("drop", 0, 1.5))
                .Model(new MlpTemplate { Width = "$width", Dropout = "$drop" })
                .Build()
        );

        Assert.Contains("drop = 1.5", error.Message, StringComparison.Ordinal);
    }

    // Two possible configurations: most trials are twins of another.
    private static SweepBuilder Narrow(SweepBuilder sweep) => sweep.Space(_ => new SpaceBuilder().Int("width", 4, 5));
}
