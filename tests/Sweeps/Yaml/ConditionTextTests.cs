using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps;

public sealed class ConditionTextTests
{
    private const string Nesterov = "false], when: {optimizer: sgd}";

    [Fact]
    public void A_condition_may_be_any_expression()
    {
        var spec = SweepSample.Read(
            SweepSample.With(Nesterov, "false], when: optimizer == 'sgd' and not layers * 32 > width")
                .Replace("layers: [1, 2]}}", "layers: 2}}", StringComparison.Ordinal)
        );
        Assert.Equal(
            Condition.Parse("optimizer == 'sgd' and not layers * 32 > width"), spec.Space!["nesterov"].When);
        Assert.Equal(Condition.On("optimizer", "sgd").And("layers", 2), spec.Space["momentum"].When);
    }

    [Theory]
    [InlineData("optimizer = 'sgd'", 75, "TG0208", ".when cannot be read at character 11: '=' stands where the end " +
        "or " +
        "an operator should; to compare, write ==")]
    [InlineData("optimizer == sgd", 65, "TG0205", ".when looks at 'sgd', which is no parameter of the space; " +
        "parameters: layers, width, activation, dropout, optimizer, lr, momentum, nesterov, batch")]
    [InlineData("optimiser == 'sgd'", 65, "TG0205", ".when looks at 'optimiser', which is no parameter of the space " +
        "(did you mean 'optimizer'?); " +
        "parameters: layers, width, activation, dropout, optimizer, lr, momentum, nesterov, batch")]
    [InlineData("layers == 7", 65, "TG0206", ".when: the condition is layers == 7, but 'layers' can never be 7: it " +
        "is " +
        "int 1..3")]
    [InlineData("layers", 65, "TG0206", ".when: the condition is layers, but layers is neither true nor false; " +
        "compare it with something")]
    public void A_mistake_in_an_expression_is_told_at_its_place(string when, int column, string code, string message) =>
        SweepSample.Expect(Nesterov, $"false], when: {when}",
            $"sweep.yaml(27,{column}): error {code}: space.nesterov{message}");

    [Fact]
    public void In_quotes_the_place_is_the_text() =>
        SweepSample.Expect(Nesterov, "false], when: \"layers >\"",
            "sweep.yaml(27,65): error TG0208: space.nesterov.when cannot be read at character 9: the condition ends " +
            "where a value, a parameter or '(' should follow");

    [Fact]
    public void A_circle_through_expressions_is_refused() =>
        Assert.Contains(
            "error TG0207: whether 'layers' takes part depends on 'layers' itself",
            Assert.Single(SweepSample.Mistakes(
                SweepSample.With("low: 1, high: 3}", "low: 1, high: 3, when: nesterov}")
                    .Replace(Nesterov, "false], when: layers > 2", StringComparison.Ordinal))),
            StringComparison.Ordinal);

    [Fact]
    public void Rules_say_what_is_required_and_what_is_forbidden()
    {
        var space = SweepSample.Read(WithRules("""
            require: [layers * width <= 1024, "lr < 0.01 or optimizer == 'adam'"]
            forbid:
              - {optimizer: sgd, layers: 3}
              - dropout > 0.3 and width < 64
            """)).Space!;
        Assert.Equal(
            [
                "layers * width <= 1024", "lr < 0.01 or optimizer == 'adam'",
                "not (optimizer in ('sgd') and layers in (3))", "not (dropout > 0.3 and width < 64)",
            ],
            space.Rules.Select(rule => rule.ToString()));
        var random = new SearchRandom(1);
        for (var i = 0; i < 100; i++)
        {
            var drawn = space.Draw(random);
            Assert.True(drawn["layers"].AsInt() * drawn["width"].AsInt() <= 1024);
            Assert.False(drawn["optimizer"] == "sgd" && drawn["layers"] == 3);
        }
    }

    [Theory]
    [InlineData("require: [layers > 3]", "TG0209", "no configuration was found that keeps all rules; the nearest one " +
        "breaks layers > 3. Loosen the rules, or turn an equation of continuous parameters into a parameter less")]
    [InlineData("forbid: {optimizer: sgd}", "TG0102", "forbid must be a list of 1 to 1000 conditions, not a mapping")]
    [InlineData("forbid: [{optimizer: lion}]", "TG0206", "forbid[0].optimizer can never be 'lion': 'optimizer' is " +
        "one " +
        "of adam, adamw, sgd")]
    [InlineData("require: [depth > 1]", "TG0205", "require[0] looks at 'depth', which is no parameter of the space; " +
        "parameters: layers, width, activation, dropout, optimizer, lr, momentum, nesterov, batch")]
    public void Rules_that_make_no_sense_are_refused(string rules, string code, string message) =>
        Assert.EndsWith($"error {code}: {message}", Assert.Single(SweepSample.Mistakes(WithRules(rules))),
            StringComparison.Ordinal);

    private static string WithRules(string rules) =>
        SweepSample.Text.Replace("training:\n", rules + "\ntraining:\n", StringComparison.Ordinal);
}
