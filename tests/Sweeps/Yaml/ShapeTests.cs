namespace TuneGraph.Tests.Sweeps;

public sealed class ShapeTests
{
    [Fact]
    public void A_misspelt_key_is_told_with_the_nearest_right_one() =>
        SweepSample.Expect("trials: 60", "trails: 60",
            "sweep.yaml(45,10): error TG0103: unknown key 'trails' in budget (did you mean 'trials'?); " +
            "allowed: trials, parallel, steps, timeout, cost, costMetric, regret, maxFailed");

    [Fact]
    public void An_unknown_key_is_told_with_all_that_are_allowed() =>
        SweepSample.Expect("final: {retrain: true}", "final: {retrain: true, publish: true}",
            "sweep.yaml(46,24): error TG0103: unknown key 'publish' in final; allowed: retrain");

    [Fact]
    public void Keys_of_another_type_of_sampler_are_refused() =>
        SweepSample.Expect("tpe, startupTrials: 12, candidates: 30, goodShare: 0.2, ", "grid, ",
            "sweep.yaml(43,23): error TG0103: unknown key 'mostGood' in sampler; allowed: type, points, largestRange");

    [Fact]
    public void A_missing_key_is_told_with_what_it_must_be() =>
        SweepSample.Expect("seed: 7\nobjective: {metric: val_accuracy, direction: maximize, target: 0.99}\n", "",
            "sweep.yaml(1,1): error TG0101: the sweep lacks the key 'objective'; it must be a mapping of keys to " +
            "values");

    [Fact]
    public void A_missing_key_of_a_parameter_is_told_at_the_parameter() =>
        SweepSample.Expect("{type: int, low: 1, high: 3}", "{type: int, high: 3}",
            "sweep.yaml(20,15): error TG0101: space.layers lacks the key 'low'; it must be a whole number of 64 bits");

    [Fact]
    public void A_misspelt_key_that_is_required_is_told_once() =>
        SweepSample.Expect("  target: digit\n", "  tagret: digit\n",
            "sweep.yaml(8,3): error TG0103: unknown key 'tagret' in data (did you mean 'target'?); " +
            "allowed: file, target, task, split, standardize, categorical, missing, storage, " +
            "cacheFolder, exclude");

    [Fact]
    public void Another_version_of_the_format_is_refused() =>
        SweepSample.Expect("tunegraph/v1", "tunegraph/v2",
            "sweep.yaml(1,13): error TG0104: apiVersion must be 'tunegraph/v1', not 'tunegraph/v2' " +
            "(did you mean 'tunegraph/v1'?)");

    [Fact]
    public void A_misspelt_name_is_told_with_the_nearest_right_one() =>
        SweepSample.Expect("metric: val_accuracy", "metric: val_acuracy",
            "sweep.yaml(5,21): error TG0104: objective.metric must be one of val_accuracy, val_loss, train_loss, " +
            "parameters, val_f1, val_roc_auc, val_average_precision, val_log_loss, val_rmse, val_mae, val_r2, " +
            "not 'val_acuracy' (did you mean 'val_accuracy'?)");

    [Fact]
    public void A_name_in_other_capitals_is_not_right() =>
        SweepSample.Expect("loss: crossEntropy", "loss: crossentropy",
            "sweep.yaml(32,9): error TG0104: training.loss must be one of auto, crossEntropy, squaredError, " +
            "absoluteError, huber, binaryCrossEntropy, not 'crossentropy' (did you mean 'crossEntropy'?)");

    [Fact]
    public void A_misspelt_device_is_told_with_the_nearest_right_one() =>
        SweepSample.Expect("loss: crossEntropy", "loss: crossEntropy\n  device: cud",
            "sweep.yaml(33,11): error TG0104: training.device must be a device: auto, cpu, cuda, opencl, or one of " +
            "several as in cuda:0, not 'cud' (did you mean 'cuda'?)");

    [Theory]
    [InlineData("auto")]
    [InlineData("cuda:1")]
    [InlineData("opencl")]
    [InlineData("simulator")]
    public void A_device_is_read(string device)
    {
        var spec = SweepSample.Read(SweepSample.Text.Replace(
            "loss: crossEntropy", $"loss: crossEntropy\n  device: {device}", StringComparison.Ordinal));
        Assert.Equal(device, ((ModelProgram)spec.Program).Training.Device.ToString());
    }

    [Fact]
    public void A_list_where_a_value_belongs_is_refused() =>
        SweepSample.Expect("seed: 7\n", "seed: [7]\n",
            "sweep.yaml(4,7): error TG0102: seed must be a whole number from 0 to 18446744073709551615, not a list");

    [Fact]
    public void A_value_where_a_mapping_belongs_is_refused() =>
        SweepSample.Expect("budget: {trials: 60, parallel: 2, timeout: 1h30m, maxFailed: 10}", "budget: 60",
            "sweep.yaml(45,9): error TG0102: budget must be a mapping of keys to values, not 60");

    [Fact]
    public void A_value_where_a_list_belongs_is_refused() =>
        SweepSample.Expect("exclude: [pixel_0_0, pixel_7_7]", "exclude: pixel_0_0",
            "sweep.yaml(12,12): error TG0102: data.exclude must be a list of at most 10000 items, each text, not " +
            "'pixel_0_0'");

    [Fact]
    public void A_sweep_that_is_a_list_is_refused() =>
        Assert.Equal(
            ["sweep.yaml(1,1): error TG0102: the sweep must be a mapping of keys to values, not a list"],
            SweepSample.Mistakes("- apiVersion: tunegraph/v1"));

    [Fact]
    public void A_number_in_quotes_is_text() =>
        SweepSample.Expect("epochs: 30", "epochs: \"30\"",
            "sweep.yaml(30,11): error TG0102: training.epochs must be a whole number from 1 to 1000000, " +
            "not '30'; remove the quotes");

    [Fact]
    public void Text_that_looks_like_a_number_needs_quotes() =>
        SweepSample.Expect("target: digit\n", "target: 10\n",
            "sweep.yaml(8,11): error TG0102: data.target must be text, not 10; put it in quotes to make it text");

    [Theory]
    [InlineData("1e1")]
    [InlineData("10.0")]
    [InlineData("ten")]
    [InlineData("true")]
    public void A_whole_number_is_written_in_digits(string epochs) =>
        SweepSample.Expect("epochs: 30", $"epochs: {epochs}",
            "sweep.yaml(30,11): error TG0102: training.epochs must be a whole number from 1 to 1000000, " +
            $"not {(epochs == "ten" ? "'ten'" : epochs)}");

    [Theory]
    [InlineData("yes")]
    [InlineData("off")]
    [InlineData("y")]
    public void Only_true_and_false_are_flags(string flag) =>
        SweepSample.Expect("retrain: true", $"retrain: {flag}",
            $"sweep.yaml(46,18): error TG0102: final.retrain must be true or false, not '{flag}'");

    [Fact]
    public void A_fixed_setting_takes_no_parameter() =>
        SweepSample.Expect("epochs: 30", "epochs: $batch",
            "sweep.yaml(30,11): error TG0102: training.epochs must be a whole number from 1 to 1000000, " +
            "not '$batch'; this setting is fixed and takes no parameter");

    [Theory]
    [InlineData("0")]
    [InlineData("-3")]
    [InlineData("99999999999999999999999999")]
    public void A_number_outside_its_range_is_refused(string trials) =>
        SweepSample.Expect("trials: 60", $"trials: {trials}",
            $"sweep.yaml(45,18): error TG0105: budget.trials must be a whole number from 1 to 1000000, not {trials}");

    [Theory]
    [InlineData("1.0")]
    [InlineData("-0.1")]
    [InlineData(".inf")]
    [InlineData(".nan")]
    [InlineData("1e999")]
    public void Infinite_and_undefined_numbers_are_outside_of_every_range(string dropout) =>
        Assert.Equal(
            $"sweep.yaml(18,12): error TG0105: model.dropout must be a number of at least 0 and below 1, not {dropout}",
            SweepSample.Mistakes(SweepSample.With("dropout: $dropout", $"dropout: {dropout}"))[0]);

    [Theory]
    [InlineData("")]
    [InlineData("~")]
    [InlineData("null")]
    public void A_key_without_a_value_is_refused(string nothing) =>
        Assert.Equal(
            "error TG0106: training.epochs has no value; it must be a whole number from 1 to 1000000",
            Assert.Single(SweepSample.Mistakes(SweepSample.With("epochs: 30", $"epochs: {nothing}"))).Split("): ")[1]);

    [Theory]
    [InlineData("../digits")]
    [InlineData(".hidden")]
    [InlineData("two words")]
    [InlineData("größe")]
    public void A_sweeps_name_is_safe_as_a_folder(string name) =>
        SweepSample.Expect("name: digits", $"name: {name}",
            "sweep.yaml(3,7): error TG0107: name must be a word of letters, digits, '.', '_' and '-', at most 100, " +
            $"that starts with a letter or digit, not '{name}'");

    [Theory]
    [InlineData("90")]
    [InlineData("6 hours")]
    [InlineData("30m1h")]
    [InlineData("1.5h")]
    public void A_duration_needs_units(string timeout) =>
        SweepSample.Expect("timeout: 1h30m", $"timeout: {timeout}",
            "sweep.yaml(45,44): error TG0107: budget.timeout must be a duration from 1s to 3650d, " +
            $"such as 90s, 15m, 6h, 2d or 1h30m, not {(timeout == "90" ? timeout : $"'{timeout}'")}");

    [Fact]
    public void A_duration_is_not_zero() =>
        SweepSample.Expect("timeout: 1h30m", "timeout: 0s",
            "sweep.yaml(45,44): error TG0105: budget.timeout must be a duration from 1s to 3650d, " +
            "such as 90s, 15m, 6h, 2d or 1h30m, not '0s'");

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("15m", 900)]
    [InlineData("6h", 21_600)]
    [InlineData("2d", 172_800)]
    [InlineData("1d1h1m1s", 90_061)]
    public void A_duration_is_the_sum_of_its_parts(string timeout, int seconds) =>
        Assert.Equal(
            TimeSpan.FromSeconds(seconds),
            SweepSample.Read(SweepSample.With("timeout: 1h30m", $"timeout: {timeout}")).Budget.Timeout);

    [Theory]
    [InlineData("1e-5", 1e-5)]
    [InlineData("1.0e-5", 1e-5)]
    [InlineData("1E-5", 1e-5)]
    [InlineData("+.5", 0.5)]
    [InlineData("010", 10)]
    [InlineData("0x1F", 31)]
    [InlineData("0o17", 15)]
    public void Numbers_follow_the_core_schema_of_yaml_1_2(string written, double value)
    {
        var text = SweepSample.With("weightDecay: 1e-5", $"weightDecay: {written}");

        Assert.Equal(value, ((ModelProgram)SweepSample.Read(text).Program).Training.Optimizer.WeightDecay.Value);
    }

    [Theory]
    [InlineData("1_000")]
    [InlineData("1,5")]
    [InlineData("0b11")]
    [InlineData("1e")]
    [InlineData("inf")]
    public void What_is_no_number_there_is_text(string written) =>
        SweepSample.Expect("weightDecay: 1e-5", $"weightDecay: {written}",
            $"sweep.yaml(40,18): error TG0102: training.optimizer.weightDecay must be a number of at least 0, not " +
            $"'{written}'");

    [Theory]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("007", 7ul)]
    public void A_seed_has_64_bits(string written, ulong seed) =>
        Assert.Equal(seed, SweepSample.Read(SweepSample.With("seed: 7\n", $"seed: {written}\n")).Seed);

    [Fact]
    public void Widths_layer_by_layer_and_a_common_width_exclude_each_other() =>
        SweepSample.Expect("layers: $layers", "hidden: [$layers]",
            "sweep.yaml(15,11): error TG0108: model has 'hidden' and 'width'; " +
            "give either the width of each layer in 'hidden', or 'layers' and 'width'");

    [Fact]
    public void A_list_without_widths_is_refused() =>
        Assert.Equal(
            "sweep.yaml(15,11): error TG0105: model.hidden must be a list of 1 to 64 items, " +
            "each a whole number from 1 to 65536, or $name of a parameter; it has 0",
            SweepSample.Mistakes(SweepSample.With("layers: $layers\n  width: $width", "hidden: []"))[0]);

    [Fact]
    public void A_data_file_that_is_not_there_is_told_at_its_place() =>
        SweepSample.Expect("data/digits.csv.gz", "data/digit.csv.gz",
            "sweep.yaml(7,9): error TG0109: data.file: there is no file 'data/digit.csv.gz'; " +
            "its path is relative to the folder of the sweep file");

    [Fact]
    public void A_past_study_that_is_not_there_is_told_at_its_place() =>
        SweepSample.Expect("final: {retrain: true}", "warmStart: {studies: [runs/old]}",
            "sweep.yaml(46,23): error TG0110: warmStart.studies[0]: there is no past study at 'runs/old'; " +
            "it must be the output folder of a past study, its study.db or a .jsonl file, " +
            "relative to the working folder");

    [Fact]
    public void All_mistakes_are_told_at_once_in_the_order_of_the_file()
    {
        var text = SweepSample.Text
            .Replace("seed: 7\n", "seed: -7\n", StringComparison.Ordinal)
            .Replace("data/digits.csv.gz", "digits.csv", StringComparison.Ordinal)
            .Replace("low: 1e-4", "low: 0", StringComparison.Ordinal)
            .Replace("epochs: 30", "epochs: many\n  epoch: 30", StringComparison.Ordinal)
            .Replace("final: {retrain: true}", "final: {retrain: true}\nfinal: {}", StringComparison.Ordinal);

        Assert.Equal(
            [
                "sweep.yaml(4,7): error TG0105: seed must be a whole number from 0 to 18446744073709551615, not -7",
                "sweep.yaml(7,9): error TG0109: data.file: there is no file 'digits.csv'; " +
                    "its path is relative to the folder of the sweep file",
                "sweep.yaml(25,34): error TG0202: low 0 of space.lr does not go with log: true; " +
                    "raise low above 0, or remove log",
                "sweep.yaml(30,11): error TG0102: training.epochs must be a whole number from 1 to 1000000, not 'many'",
                "sweep.yaml(31,3): error TG0103: unknown key 'epoch' in training (did you mean 'epochs'?); " +
                    "allowed: epochs, batchSize, loss, huberDelta, accumulation, device, precision, tf32, " +
                    "schedule, optimizer, parallel, prefetch, earlyStopping, checkpoint",
                "sweep.yaml(48,1): error TG0011: key 'final' is already given at line 47, column 1; remove one of " +
                "the two",
            ],
            SweepSample.Mistakes(text));
    }

    [Fact]
    public void After_a_hundred_mistakes_nobody_reads_on()
    {
        var keys = string.Concat(Enumerable.Range(0, 5000).Select(i => $"key{i}: 1\n"));

        Assert.Equal(100, SweepSample.Mistakes(SweepSample.Text + keys).Length);
    }

    [Fact]
    public void The_exceptions_message_is_the_list_of_mistakes()
    {
        var exception = Assert.Throws<SweepFileException>(() => SweepSample.Read("apiVersion: 1"));

        Assert.Equal(string.Join('\n', exception.Diagnostics), exception.Message);
        Assert.StartsWith("sweep.yaml(1,1): error TG0101: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_or_strange_key_does_not_spoil_the_message() =>
        Assert.Equal(
            "sweep.yaml(48,1): error TG0103: unknown key 'a\\u001b" + new string('b', 58) + "…' in the sweep; " +
            "allowed: apiVersion, kind, name, seed, objective, objectives, constraints, data, model, space, require, " +
            "forbid, training, sampler, pruner, budget, retry, resources, warmStart, final, output",
            Assert.Single(SweepSample.Mistakes(SweepSample.Text + "\"a\\e" + new string('b', 900) + "\": 1\n")));
}
