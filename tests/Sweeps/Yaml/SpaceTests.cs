namespace TuneGraph.Tests.Sweeps;

public sealed class SpaceTests
{
    [Fact]
    public void A_low_above_its_high_is_refused() =>
        SweepSample.Expect("low: 1, high: 3", "low: 4, high: 3",
            "sweep.yaml(20,32): error TG0201: low 4 of space.layers lies above high 3; exchange them");

    [Fact]
    public void A_log_range_from_zero_is_refused() =>
        SweepSample.Expect("low: 1e-4", "low: 0",
            "sweep.yaml(25,34): error TG0202: low 0 of space.lr does not go with log: true; raise low above 0, or " +
            "remove log");

    [Fact]
    public void A_log_range_with_a_step_is_refused() =>
        SweepSample.Expect("low: 1e-4, high: 1e-1, log: true", "low: 1e-4, high: 1e-1, log: true, step: 0.1",
            "sweep.yaml(25,69): error TG0203: space.lr has log: true and a step; remove one of the two");

    [Fact]
    public void A_step_is_above_zero() =>
        Assert.Equal(
            "sweep.yaml(21,53): error TG0105: space.width.step must be a whole number of at least 1, not 0",
            SweepSample.Mistakes(SweepSample.With("step: 32", "step: 0"))[0]);

    [Fact]
    public void A_step_too_small_for_its_range_is_refused() =>
        SweepSample.Expect("step: 0.1", "step: 1e-300",
            "sweep.yaml(23,54): error TG0105: step of space.dropout is too small for its range; remove it");

    [Fact]
    public void A_range_wider_than_64_bits_is_refused() =>
        SweepSample.Expect("low: 1, high: 3", "low: -9223372036854775808, high: 9223372036854775807",
            "sweep.yaml(20,60): error TG0105: the range of space.layers is wider than 64-bit integers can count; " +
            "narrow it");

    [Fact]
    public void A_range_wider_than_doubles_is_refused() =>
        SweepSample.Expect("low: 0.5, high: 0.99", "low: -1e308, high: 1e308",
            "sweep.yaml(26,48): error TG0105: the range of space.momentum is too wide for floating-point numbers; " +
            "narrow it");

    [Fact]
    public void A_choice_listed_twice_is_refused() =>
        SweepSample.Expect("[relu, tanh, gelu]", "[relu, tanh, relu]",
            "sweep.yaml(22,57): error TG0204: 'relu' is already item 1 of space.activation.choices; remove one of " +
            "the two");

    [Fact]
    public void A_choice_without_a_value_is_refused() =>
        SweepSample.Expect("[relu, tanh, gelu]", "[relu, ~, gelu]",
            "sweep.yaml(22,51): error TG0106: space.activation.choices[1] has no value; " +
            "it must be a finite number, true, false or text");

    [Fact]
    public void A_parameter_has_a_type() =>
        SweepSample.Expect("{type: int, low: 1, high: 3}", "{low: 1, high: 3}",
            "sweep.yaml(20,15): error TG0101: space.layers lacks the key 'type'; it must be one of float, int, " +
            "categorical, constant, normal, logNormal, beta");

    [Fact]
    public void A_misspelt_type_of_parameter_is_told_with_the_nearest_right_one() =>
        SweepSample.Expect("{type: int, low: 1, high: 3}", "{type: itn, low: 1, high: 3}",
            "sweep.yaml(20,22): error TG0104: space.layers.type must be one of float, int, categorical, " +
            "constant, normal, logNormal, beta, not 'itn' (did you mean 'int'?)");

    [Fact]
    public void A_parameters_name_is_a_word() =>
        Assert.Equal(
            "sweep.yaml(28,3): error TG0107: '9 lives' is no name for a parameter; " +
            "start with a letter or '_' and go on with letters, digits, '_', '.' and '-', at most 100",
            SweepSample.Mistakes(SweepSample.With("  batch: ", "  9 lives: "))[0]);

    [Fact]
    public void A_space_without_parameters_is_refused() =>
        Assert.Equal(
            ["sweep.yaml(6,8): error TG0105: space must hold 1 to 1000 parameters; it has 0"],
            SweepSample.Mistakes("""
                apiVersion: tunegraph/v1
                kind: Sweep
                name: none
                objective: {metric: val_loss}
                data: {file: data/wine.csv.gz, target: cultivar}
                space: {}
                model: mlp
                """));

    [Fact]
    public void A_condition_on_an_unknown_parameter_is_refused() =>
        SweepSample.Expect("when: {optimizer: sgd, layers", "when: {optimiser: sgd, layers",
            "sweep.yaml(26,58): error TG0205: space.momentum.when looks at 'optimiser', which is no parameter of " +
            "the space " +
            "(did you mean 'optimizer'?); " +
            "parameters: layers, width, activation, dropout, optimizer, lr, momentum, nesterov, batch");

    [Theory]
    [InlineData("layers: [1, 4]", "layers can never be 4: 'layers' is int 1..3", 86)]
    [InlineData("layers: '1'", "layers can never be '1': 'layers' is int 1..3", 82)]
    [InlineData("activation: swish", "activation can never be 'swish': 'activation' is one of relu, tanh, gelu", 86)]
    [InlineData("layers: []", "layers lists no value, so it can never hold; list at least one", 82)]
    [InlineData("lr: 0.01",
        "lr waits for one value of 'lr', which a continuous range (float 0.0001..0.1 log) never hits; " +
        "look at an int or a categorical parameter", 78)]
    public void A_condition_that_can_never_hold_is_refused(string condition, string message, int column) =>
        SweepSample.Expect("layers: [1, 2]}", condition + "}",
            $"sweep.yaml(26,{column}): error TG0206: space.momentum.when.{message}");

    [Fact]
    public void A_circle_of_conditions_is_refused() =>
        Assert.Equal(
            ["sweep.yaml(20,50): error TG0207: whether 'layers' takes part depends on 'layers' itself; " +
             "break the circle of conditions"],
            SweepSample.Mistakes(SweepSample.With("low: 1, high: 3}", "low: 1, high: 3, when: {nesterov: true}}")
                .Replace("false], when: {optimizer: sgd}", "false], when: {layers: 2}", StringComparison.Ordinal)));

    [Fact]
    public void A_condition_is_a_text_or_a_mapping() =>
        SweepSample.Expect("false], when: {optimizer: sgd}", "false], when: [sgd]",
            "sweep.yaml(27,65): error TG0102: space.nesterov.when must be a condition, such as optimizer == 'sgd' " +
            "and layers > 2, or a mapping of parameters to values, such as {optimizer: sgd}");
}
