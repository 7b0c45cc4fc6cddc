using System.Text;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph.Tests.Sweeps;

public sealed class SweepFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sweep").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_becomes_the_sweep_that_it_describes()
    {
        var sweep = SweepSample.Read(SweepSample.Text);

        Assert.Equal("digits", sweep.Name);
        Assert.Equal(7ul, sweep.Seed);
        Assert.Equal(new ObjectiveSpec("val_accuracy", Direction.Maximize, 0.99), sweep.Objective);
        Assert.Equal(
            new BudgetSpec { Trials = 60, Parallel = 2, Timeout = TimeSpan.FromMinutes(90), MaxFailed = 10 },
            sweep.Budget);
        Assert.True(sweep.Retrain);
        Assert.Equal(Path.GetFullPath("out/digits"), sweep.OutputFolder);
        Assert.Equal(SweepSample.Text, sweep.Source);
    }

    [Fact]
    public void The_data_is_found_beside_the_sweep_file()
    {
        var data = Program(SweepSample.Text).Data;

        Assert.Equal(["pixel_0_0", "pixel_7_7"], data.Exclude);
        Assert.Equal(
            new DataSpec
            {
                Path = Path.Combine(SweepSample.Folder, "data", "digits.csv.gz"),
                Target = "digit",
                Task = LearningTask.Classification,
                Train = 0.6,
                Validation = 0.3,
                Test = 0.1,
                Stratify = false,
                Standardize = false,
                Seed = 11,
            },
            data with { Exclude = [] });
    }

    [Fact]
    public void Settings_with_a_dollar_sign_are_tuned_and_others_are_fixed()
    {
        var program = Program(SweepSample.Text);

        Assert.Equal(
            new MlpTemplate
            {
                Layers = Knob<int>.From("layers", 1),
                Width = Knob<int>.From("width", 64),
                Activation = "$activation",
                Dropout = "$dropout",
            },
            program.Model);
        Assert.Equal(
            new TrainingTemplate
            {
                Epochs = 30,
                BatchSize = Knob<int>.From("batch", 32),
                Loss = LossKind.CrossEntropy,
                Optimizer = new OptimizerTemplate
                {
                    Type = Knob<OptimizerKind>.From("optimizer", OptimizerKind.Adam),
                    LearningRate = Knob<double>.From("lr", 1e-3),
                    Momentum = Knob<double>.From("momentum", 0.9),
                    Nesterov = "$nesterov",
                    Beta1 = 0.8,
                    Beta2 = 0.99,
                    WeightDecay = 1e-5,
                },
                Parallel = new ParallelSpec { WorldSize = 2 },
                CheckpointEverySteps = 3,
            },
            program.Training);
    }

    [Fact]
    public void Any_metric_may_be_the_objective_and_end_a_trial_early()
    {
        var text = SweepSample.With("metric: val_accuracy", "metric: val_roc_auc")
            .Replace("epochs: 30", "epochs: 30\n  prefetch: 2\n  earlyStopping: {patience: 3, minDelta: 0.01, "
                + "metric: val_f1}", StringComparison.Ordinal)
            .Replace("worldSize: 2", "worldSize: 2, threads: 3", StringComparison.Ordinal)
            .Replace("standardize: false", "standardize: false\n  storage: disk\n  cacheFolder: data",
                StringComparison.Ordinal);
        var sweep = SweepSample.Read(text);
        Assert.Equal(new ObjectiveSpec("val_roc_auc", Direction.Maximize, 0.99), sweep.Objective);
        var program = Program(text);
        Assert.Equal(new EarlyStoppingSpec(3, 0.01, "val_f1"), program.Training.EarlyStopping);
        Assert.Equal(2, program.Training.Prefetch);
        Assert.Equal(3, program.Training.Parallel.Threads);
        Assert.Equal(DataStorage.Disk, program.Data.Storage);
        Assert.Equal(Path.Combine(SweepSample.Folder, "data"), program.Data.CacheFolder);
    }

    [Fact]
    public void Bits_are_chosen_and_may_be_searched_over()
    {
        var plain = Program(SweepSample.Text).Training;
        Assert.Equal((Precision.Float32, false), (plain.Precision.Value, plain.Tf32.Value));
        var text = SweepSample.With("epochs: 30", "epochs: 30\n  precision: bfloat16\n  tf32: true");
        var chosen = Program(text).Training;
        Assert.Equal((Precision.BFloat16, true), (chosen.Precision.Value, chosen.Tf32.Value));
        var mistakes = SweepSample.Mistakes(SweepSample.With("epochs: 30", "epochs: 30\n  precision: half"));
        Assert.Contains("bfloat16", Assert.Single(mistakes), StringComparison.Ordinal);
        Assert.Equal(Precision.Float16, KnobValue.ReadName<Precision>("float16"));
    }

    [Fact]
    public void Each_layer_may_have_a_width_of_its_own()
    {
        var text = SweepSample.With("layers: $layers\n  width: $width", "hidden: [128, $width, $layers]");

        var model = Assert.IsType<MlpTemplate>(Program(text).Model);
        Assert.Equal([128, Knob<int>.From("width"), Knob<int>.From("layers")], model.Hidden);
    }

    [Fact]
    public void The_space_has_the_parameters_with_their_ranges_and_conditions()
    {
        var space = SweepSample.Read(SweepSample.Text).Space!;

        Assert.Equal(
            [
                new Parameter("layers", new IntDistribution(1, 3)),
                new Parameter("width", new IntDistribution(32, 512, Step: 32)),
                new Parameter("activation", CategoricalDistribution.Of("relu", "tanh", "gelu")),
                new Parameter("dropout", new FloatDistribution(0, 0.5, Step: 0.1)),
                new Parameter("optimizer", CategoricalDistribution.Of("adam", "adamw", "sgd")),
                new Parameter("lr", new FloatDistribution(1e-4, 0.1, Log: true)),
                new Parameter(
                    "momentum", new FloatDistribution(0.5, 0.99), Condition.On("optimizer", "sgd").And("layers", 1, 2)),
                new Parameter("nesterov", CategoricalDistribution.Of(true, false), Condition.On("optimizer", "sgd")),
                new Parameter("batch", new IntDistribution(16, 256, Log: true)),
            ],
            space.Parameters);
    }

    [Fact]
    public void A_configuration_of_the_space_can_be_trained()
    {
        var sweep = SweepSample.Read(SweepSample.Text);
        var configuration = sweep.Space!.Build(parameter => parameter.Distribution.Decode(2)); // the last of each
        var program = (ModelProgram)sweep.Program;

        var training = program.Training.In(program.Model, configuration, seed: 1);

        var model = Assert.IsType<MlpSpec>(training.Model);
        Assert.Equal([512, 512, 512], model.Hidden);
        Assert.Equal(Activation.Gelu, model.Activation);
        Assert.Equal(OptimizerKind.Sgd, training.Optimizer.Kind);
        Assert.Equal(0.9, training.Optimizer.Momentum); // inactive with three layers
    }

    [Fact]
    public void Sampler_and_pruner_take_their_options()
    {
        var sweep = SweepSample.Read(SweepSample.Text);

        Assert.Equal(
            new TpeOptions { StartupTrials = 12, Candidates = 30, GoodShare = 0.2, MostGood = 20 },
            Assert.IsType<TpeSampler>(sweep.Sampler).Options);
        Assert.Equal(
            new SuccessiveHalvingOptions { MinResource = 2, ReductionFactor = 4, Mode = HalvingMode.Stop },
            Assert.IsType<SuccessiveHalvingPruner>(sweep.Pruner).Options);
    }

    [Theory]
    [InlineData("sampler: random", typeof(RandomSampler))]
    [InlineData("sampler: grid", typeof(GridSampler))]
    [InlineData("sampler: tpe", typeof(TpeSampler))]
    [InlineData("sampler: {type: grid, points: 4, largestRange: 9}", typeof(GridSampler))]
    [InlineData("sampler: sobol", typeof(SobolSampler))]
    [InlineData("sampler: {type: gp, warpInputs: false}", typeof(GpSampler))]
    [InlineData("sampler: {type: turbo, startupTrials: 20}", typeof(TurboSampler))]
    [InlineData("sampler: auto", typeof(AutoSampler))]
    [InlineData("sampler: {type: halton, scramble: false}", typeof(HaltonSampler))]
    [InlineData("sampler: {type: forest, startupTrials: 12, trees: 20}", typeof(ForestSampler))]
    [InlineData("sampler: {type: cmaes, population: 12, separable: true, restarts: ipop}", typeof(CmaSampler))]
    public void A_sampler_without_options_is_given_by_its_name_alone(string line, Type sampler)
    {
        const string Tpe = "sampler: {type: tpe, startupTrials: 12, candidates: 30, goodShare: 0.2, mostGood: 20}";
        var text = SweepSample.With(Tpe, line);

        Assert.IsType(sampler, SweepSample.Read(text).Sampler);
    }

    [Theory]
    [InlineData("pruner: none", typeof(NoPruner))]
    [InlineData("pruner: median", typeof(MedianPruner))]
    [InlineData("pruner: asha", typeof(SuccessiveHalvingPruner))]
    [InlineData("pruner: {type: median, startupTrials: 3, warmupSteps: 2, interval: 4}", typeof(MedianPruner))]
    public void A_pruner_without_options_is_given_by_its_name_alone(string line, Type pruner)
    {
        var text = SweepSample.With("pruner: {type: asha, minResource: 2, reduction: 4, mode: stop}", line);

        Assert.IsType(pruner, SweepSample.Read(text).Pruner);
    }

    [Fact]
    public void What_a_short_file_leaves_out_has_its_default()
    {
        var sweep = SweepSample.Read("""
            apiVersion: tunegraph/v1
            kind: Sweep
            name: short
            seed: 3
            objective: {metric: val_loss}
            data: {file: data/wine.csv.gz, target: cultivar}
            model: {type: mlp, width: $width}
            space: {width: {type: int, low: 8, high: 64}}
            """);
        var program = (ModelProgram)sweep.Program;

        Assert.Equal(new ObjectiveSpec("val_loss", Direction.Minimize), sweep.Objective);
        Assert.Equal(new BudgetSpec(), sweep.Budget);
        Assert.IsType<AutoSampler>(sweep.Sampler);
        Assert.IsType<NoPruner>(sweep.Pruner);
        Assert.False(sweep.Retrain);
        Assert.Equal(Path.GetFullPath("runs/short"), sweep.OutputFolder);
        Assert.Equal(3ul, program.Data.Seed); // the sweep's
        Assert.Equal(new TrainingTemplate(), program.Training);
    }

    [Fact]
    public void A_file_is_read_relative_to_its_own_folder()
    {
        const string Data = "data/digits.csv.gz";
        Directory.CreateDirectory(Path.Combine(_folder, "data"));
        File.Copy(Path.Combine(SweepSample.Folder, Data), Path.Combine(_folder, Data));

        var sweep = SweepFile.Load(Write(SweepSample.Text));

        Assert.Equal(Path.Combine(_folder, "data", "digits.csv.gz"), ((ModelProgram)sweep.Program).Data.Path);
        Assert.Equal(SweepSample.Text, sweep.Source);
    }

    [Fact]
    public void A_byte_order_mark_and_windows_line_ends_do_no_harm()
    {
        var file = Path.Combine(_folder, "sweep.yaml");
        var text = SweepSample.Text.Replace("\n", "\r\n", StringComparison.Ordinal)
            .Replace("data/digits", Path.Combine(SweepSample.Folder, "data/digits"), StringComparison.Ordinal);
        File.WriteAllBytes(file, [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)]);

        Assert.Equal("digits", SweepFile.Load(file).Name);
    }

    [Fact]
    public void The_example_in_the_repository_is_a_good_sweep()
    {
        var sweep = SweepFile.Load(Path.Combine(SweepSample.Folder, "digits.yaml"));

        Assert.InRange(sweep.Budget.Trials, 40, 60);
        Assert.Equal(9, sweep.Space!.Parameters.Length);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var path = Path.Combine(_folder, "sweeep.yaml");

        var found = Assert.Single(Assert.Throws<SweepFileException>(() => SweepFile.Load(path)).Diagnostics);

        Assert.Equal(
            $"{path}(1,1): error TG0001: the file cannot be read: could not find file '{path}'", found.ToString());
    }

    [Fact]
    public void A_folder_is_no_sweep_file() =>
        Assert.Equal(["TG0001"], Codes(_folder));

    [Fact]
    public void A_file_of_ten_megabytes_is_refused_at_once()
    {
        var path = Path.Combine(_folder, "large.yaml");
        using (var file = File.Create(path))
            file.SetLength(10_000_000);

        var found = Assert.Single(Assert.Throws<SweepFileException>(() => SweepFile.Load(path)).Diagnostics);

        Assert.Equal(
            $"{path}(1,1): error TG0002: the file is larger than 1 MB, the most that a sweep may have; " +
            "keep data in files of its own",
            found.ToString());
    }

    [Fact]
    public void A_file_that_is_not_utf_8_is_refused_where_it_stops_being_so()
    {
        var path = Path.Combine(_folder, "latin.yaml");
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes("name: a\nkind: ä\n"));

        var found = Assert.Single(Assert.Throws<SweepFileException>(() => SweepFile.Load(path)).Diagnostics);

        Assert.Equal($"{path}(2,7): error TG0003: this is not UTF-8; save the file as UTF-8", found.ToString());
    }

    private static ModelProgram Program(string text) => (ModelProgram)SweepSample.Read(text).Program;

    private string Write(string text)
    {
        var path = Path.Combine(_folder, "sweep.yaml");
        File.WriteAllText(path, text);
        return path;
    }

    private static string[] Codes(string path) =>
        [.. Assert.Throws<SweepFileException>(() => SweepFile.Load(path)).Diagnostics.Select(found => found.Code)];
}
