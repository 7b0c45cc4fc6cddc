using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph.Tests.Sweeps;

public sealed class FitTests
{
    [Fact]
    public void A_reference_to_an_unknown_parameter_is_told_with_the_nearest_right_one() =>
        SweepSample.Expect("dropout: $dropout", "dropout: $dropuot",
            "sweep.yaml(18,12): error TG0301: model.dropout refers to '$dropuot', which is no parameter of the space " +
            "(did you mean '$dropout'?); " +
            "parameters: layers, width, activation, dropout, optimizer, lr, momentum, nesterov, batch");

    [Fact]
    public void A_parameter_that_nothing_uses_is_refused() =>
        SweepSample.Expect("batchSize: $batch", "batchSize: 32",
            "sweep.yaml(28,3): error TG0302: parameter 'batch' is never used; " +
            "refer to it as $batch in model or training, or remove it");

    [Fact]
    public void A_parameter_that_only_a_condition_looks_at_is_used()
    {
        var text = SweepSample.With("type: $optimizer", "type: sgd");

        Assert.True(SweepSample.Read(text).Space!.TryGet("optimizer", out _));
    }

    [Theory]
    [InlineData("type: mlp\n  hidden: [$layers, $width, 5]")]
    [InlineData("type: cnn\n  image: {height: 8, width: 8}\n  filters: [$layers, $width, 5]")]
    [InlineData("type: cnn\n  image: {height: 8, width: 8}\n  hidden: [$layers, $width, 5]")]
    public void A_layer_is_left_out_while_the_parameter_of_its_width_takes_no_part(string model)
    {
        var program = (ModelProgram)SweepSample.Read(WithoutWidth(model)).Program;

        Assert.Equal([3, 5], Widths(("layers", 3L)));
        Assert.Equal([3, 64, 5], Widths(("layers", 3L), ("width", 64L)));

        IEnumerable<int> Widths(params (string, ParameterValue)[] values) =>
            program.Model.In(Configuration.Of(values)) switch
            {
                MlpSpec mlp => mlp.Hidden,
                CnnSpec { Hidden: { IsEmpty: false } hidden } => hidden,
                CnnSpec cnn => cnn.Filters,
                _ => [],
            };
    }

    [Fact]
    public void A_setting_that_always_needs_a_value_takes_no_conditional_parameter() =>
        Assert.Contains(
            "sweep.yaml(15,34): error TG0310: " +
            "model.layers[0].units has no value while parameter 'width' takes no part; remove its 'when', or " +
            "list widths under model.hidden, where a layer is left out with its parameter",
            SweepSample.Mistakes(WithoutWidth("type: layers\n  layers: [{type: linear, units: $width}]")));

    private static string WithoutWidth(string model) =>
        SweepSample.With(
                "type: mlp\n  layers: $layers\n  width: $width\n  activation: $activation\n  dropout: $dropout", model)
            .Replace("high: 512, step: 32}", "high: 512, step: 32, when: {optimizer: sgd}}", StringComparison.Ordinal)
            .Replace("beta1: .8", "weightDecay: $dropout", StringComparison.Ordinal)
            .Replace("weightDecay: 1e-5", "clipNorm: 1", StringComparison.Ordinal)
            .Replace("  activation: {type: categorical, choices: [relu, tanh, gelu]}\n", "", StringComparison.Ordinal);

    [Fact]
    public void A_float_parameter_cannot_give_a_whole_number() =>
        SweepSample.Expect("{type: int, low: 16, high: 256, log: true}", "{type: float, low: 16, high: 256, log: true}",
            "sweep.yaml(31,14): error TG0303: training.batchSize must be a whole number from 1 to 1000000, " +
            "but parameter 'batch' gives float 16..256 log; change its type");

    [Fact]
    public void An_int_parameter_may_give_a_number()
    {
        var text = SweepSample.With("weightDecay: 1e-5", "weightDecay: $layers");

        Assert.Equal("layers", ((ModelProgram)SweepSample.Read(text).Program).Training.Optimizer.WeightDecay.Parameter);
    }

    [Fact]
    public void A_number_cannot_give_a_name() =>
        Assert.Equal(
            [
                "sweep.yaml(17,15): error TG0303: model.activation must be one of relu, tanh, gelu, sigmoid, silu, " +
                    "but parameter 'layers' gives int 1..3; change its type",
                "sweep.yaml(22,3): error TG0302: parameter 'activation' is never used; " +
                    "refer to it as $activation in model or training, or remove it",
            ],
            SweepSample.Mistakes(SweepSample.With("activation: $activation", "activation: $layers")));

    [Fact]
    public void Every_choice_must_be_allowed_for_the_setting() =>
        SweepSample.Expect("[relu, tanh, gelu]", "[relu, swish, 3]",
            "sweep.yaml(22,51): error TG0304: parameter 'activation' can be 'swish', " +
            "but model.activation (line 17) must be one of relu, tanh, gelu, sigmoid, silu",
            "sweep.yaml(22,58): error TG0304: parameter 'activation' can be 3, " +
            "but model.activation (line 17) must be one of relu, tanh, gelu, sigmoid, silu");

    [Fact]
    public void A_flag_is_given_by_the_choices_true_and_false() =>
        SweepSample.Expect("choices: [true, false]", "choices: [true, no]",
            "sweep.yaml(27,51): error TG0304: parameter 'nesterov' can be 'no', " +
            "but training.optimizer.nesterov (line 37) must be true or false");

    [Theory]
    [InlineData("high: 0.5, step: 0.1", "high: 1", 43,
        "parameter 'dropout' can be 1, but model.dropout (line 18) must be a number of at least 0 and below 1")]
    [InlineData("low: 1, high: 3", "low: -1, high: 3", 32,
        "parameter 'layers' can be -1, but model.layers (line 15) must be a whole number from 0 to 64")]
    [InlineData("low: 1, high: 3", "low: 1, high: 65", 41,
        "parameter 'layers' can be 65, but model.layers (line 15) must be a whole number from 0 to 64")]
    [InlineData("low: 32, high: 512", "low: 0, high: 512", 32,
        "parameter 'width' can be 0, but model.width (line 16) must be a whole number from 1 to 65536")]
    [InlineData("low: 1e-4, high: 1e-1, log: true", "low: 0, high: 1", 34,
        "parameter 'lr' can be 0, but training.optimizer.learningRate (line 35) must be a number above 0")]
    [InlineData("low: 0.5, high: 0.99", "low: 0.5, high: 1", 45,
        "parameter 'momentum' can be 1, but training.optimizer.momentum (line 36) must be a number of at least 0 " +
        "and below 1")]
    public void The_whole_range_of_a_parameter_must_be_allowed_for_the_setting(
        string old, string @new, int column, string message)
    {
        var found = Assert.Single(
            Assert.Throws<SweepFileException>(() => SweepSample.Read(SweepSample.With(old, @new))).Diagnostics);

        Assert.Equal(("TG0304", column, message), (found.Code, found.Column, found.Message));
    }

    [Fact]
    public void The_last_step_of_a_range_counts_not_its_end()
    {
        var text = SweepSample.With("high: 0.5, step: 0.1", "high: 1, step: 0.3");

        var model = Assert.IsType<MlpTemplate>(((ModelProgram)SweepSample.Read(text).Program).Model);
        Assert.Equal("dropout", model.Dropout.Parameter);
    }

    [Fact]
    public void Accuracy_needs_classes() =>
        SweepSample.Expect("task: classification", "task: regression",
            "sweep.yaml(5,21): error TG0305: val_accuracy needs classes, but data.task is regression; " +
            "use val_loss, or task: classification",
            "sweep.yaml(32,9): error TG0305: crossEntropy does not fit data.task regression; use auto");

    [Fact]
    public void Errors_need_numbers() =>
        SweepSample.Expect("metric: val_accuracy, direction: maximize, target: 0.99", "metric: val_rmse",
            "sweep.yaml(5,21): error TG0305: val_rmse needs numbers, but data.task is classification; " +
            "use val_loss, or task: regression");

    [Fact]
    public void Early_stopping_looks_at_a_metric_of_the_task() =>
        SweepSample.Expect("epochs: 30", "epochs: 30\n  earlyStopping: {patience: 2, metric: val_mae}",
            "sweep.yaml(31,40): error TG0305: val_mae needs numbers, but data.task is classification; " +
            "use val_loss, or task: regression");

    [Fact]
    public void Early_stopping_waits_for_at_least_an_epoch() =>
        SweepSample.Expect("epochs: 30", "epochs: 30\n  earlyStopping: {patience: 0}",
            "sweep.yaml(31,29): error TG0105: training.earlyStopping.patience must be a whole number from 1 to " +
            "1000000, not 0");

    [Fact]
    public void Squared_error_is_for_numbers() =>
        SweepSample.Expect("loss: crossEntropy", "loss: squaredError",
            "sweep.yaml(32,9): error TG0305: squaredError does not fit data.task classification; use auto");

    [Fact]
    public void Nobody_wants_the_least_accuracy() =>
        SweepSample.Expect("direction: maximize", "direction: minimize",
            "sweep.yaml(5,46): error TG0306: val_accuracy is better when it is large; " +
            "write direction: maximize, or leave direction out");

    [Fact]
    public void Nobody_wants_the_largest_loss() =>
        SweepSample.Expect("metric: val_accuracy", "metric: train_loss",
            "sweep.yaml(5,44): error TG0306: train_loss is better when it is small; " +
            "write direction: minimize, or leave direction out");

    [Fact]
    public void An_accuracy_above_one_is_no_target() =>
        SweepSample.Expect("target: 0.99", "target: 99",
            "sweep.yaml(5,64): error TG0105: objective.target must be a number from 0 to 1, not 99");

    [Fact]
    public void A_first_rung_beyond_the_last_epoch_is_refused() =>
        SweepSample.Expect("minResource: 2", "minResource: 30",
            "sweep.yaml(44,35): error TG0307: pruner.minResource is 30, but training.epochs is 30, " +
            "so no trial would ever stop early; make it less than 30");

    [Fact]
    public void A_warm_up_beyond_the_last_epoch_is_refused() =>
        SweepSample.Expect("type: asha, minResource: 2, reduction: 4, mode: stop", "type: median, warmupSteps: 50",
            "sweep.yaml(44,37): error TG0307: pruner.warmupSteps is 50, but training.epochs is 30, " +
            "so no trial would ever stop early; make it less than 30");

    [Fact]
    public void A_reduction_of_one_reduces_nothing() =>
        SweepSample.Expect("reduction: 4", "reduction: 1",
            "sweep.yaml(44,49): error TG0105: pruner.reduction must be a whole number from 2 to 1000000, not 1");

    [Fact]
    public void The_shares_of_a_split_sum_to_one() =>
        SweepSample.Expect("train: 0.6", "train: 0.7",
            "sweep.yaml(10,10): error TG0308: train 0.7, validation 0.3 and test 0.1 sum to 1.1; make it 1");
}
