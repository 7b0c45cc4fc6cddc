using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps;

/// <summary>The parameter forms of Weights and Biases, and our own for the same distributions.</summary>
public sealed class WandbFormTests
{
    public static TheoryData<string, Distribution> Forms { get; } =
        new()
        {
            { "{values: [a, 1, true]}", CategoricalDistribution.Of("a", 1, true) },
            { "{distribution: categorical, values: [1]}", CategoricalDistribution.Of(1) },
            {
                "{values: [a, b], probabilities: [0.25, 0.75]}",
                new CategoricalDistribution(["a", "b"], Weights: [0.25, 0.75])
            },
            { "{value: 3}", CategoricalDistribution.Of(3) },
            { "{min: 1, max: 8}", new IntDistribution(1, 8) },
            { "{distribution: int_uniform, min: 1, max: 8}", new IntDistribution(1, 8) },
            { "{min: 0, max: 0.5}", new FloatDistribution(0, 0.5) },
            { "{distribution: uniform, min: 0, max: 1}", new FloatDistribution(0, 1) },
            { "{distribution: q_uniform, min: 0, max: 9}", new ShapedDistribution(new UniformShape(), 0, 9, 1, true) },
            {
                "{distribution: q_uniform, min: 0, max: 1, q: 0.2}",
                new ShapedDistribution(new UniformShape(), 0, 1, 0.2)
            },
            { "{distribution: log_uniform, min: 0, max: 2}", new FloatDistribution(1, Math.Exp(2), Log: true) },
            {
                "{distribution: log_uniform_values, min: 1e-5, max: 0.1}", new FloatDistribution(1e-5, 0.1, Log: true)
            },
            {
                "{distribution: q_log_uniform_values, min: 16, max: 512, q: 16}",
                new ShapedDistribution(new LogUniformShape(), 16, 512, 16, true)
            },
            {
                "{distribution: q_log_uniform, min: 0, max: 2, q: 1}",
                new ShapedDistribution(new LogUniformShape(), 1, Math.Exp(2), 1, true)
            },
            { "{distribution: inv_log_uniform, min: 0, max: 2}", new FloatDistribution(Math.Exp(-2), 1, Log: true) },
            {
                "{distribution: inv_log_uniform_values, min: 0.01, max: 1}", new FloatDistribution(0.01, 1, Log: true)
            },
            { "{distribution: normal, mu: 2, sigma: 0.5}", new ShapedDistribution(new NormalShape(2, 0.5)) },
            { "{distribution: normal}", new ShapedDistribution(new NormalShape()) },
            {
                "{distribution: q_normal, mu: 2, sigma: 5, q: 0.5}",
                new ShapedDistribution(new NormalShape(2, 5), quantum: 0.5)
            },
            { "{distribution: log_normal, sigma: 2}", new ShapedDistribution(new LogNormalShape(0, 2)) },
            {
                "{distribution: q_log_normal, mu: 3}",
                new ShapedDistribution(new LogNormalShape(3), quantum: 1, whole: true)
            },
            { "{distribution: beta, a: 2, b: 5}", new ShapedDistribution(new BetaShape(2, 5)) },
            {
                "{distribution: q_beta, a: 2, b: 5, q: 0.1}",
                new ShapedDistribution(new BetaShape(2, 5), quantum: 0.1)
            },
            { "{type: constant, value: x}", CategoricalDistribution.Of("x") },
            {
                "{type: categorical, choices: [s, m, l], ordered: true, weights: [1, 2, 1]}",
                new CategoricalDistribution(["s", "m", "l"], true, [1, 2, 1])
            },
            {
                "{type: normal, mu: 1, sigma: 2, low: 0, high: 4, q: 0.5}",
                new ShapedDistribution(new NormalShape(1, 2), 0, 4, 0.5)
            },
            { "{type: logNormal, mu: 1}", new ShapedDistribution(new LogNormalShape(1)) },
            { "{type: beta, a: 1, b: 3, high: 0.5}", new ShapedDistribution(new BetaShape(1, 3), null, 0.5) },
        };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Each_form_is_read_as_it_is(string form, Distribution distribution) =>
        Assert.Equal(distribution, SweepSample.Read(WithExtra(form)).Space!["extra"].Distribution);

    [Theory]
    [InlineData("{min: 3, max: 1}", "TG0201: min 3 of space.extra lies above max 1; exchange them")]
    [InlineData("{distribution: log_uniform_values, min: 0, max: 1}",
        "TG0202: min 0 of space.extra does not go with a logarithm; raise it above 0")]
    [InlineData("{min: 3}", "TG0101: space.extra lacks the key 'max'; it must be a finite number")]
    [InlineData("{values: [1, 1]}", "TG0204: 1 is already item 1 of space.extra.values; remove one of the two")]
    [InlineData("{values: [1, 2], probabilities: [1]}",
        "TG0210: space.extra has 2 values and 1 probabilities; give one for each")]
    [InlineData("{type: categorical, choices: [1, 2], weights: [1]}",
        "TG0210: space.extra has 2 choices and 1 weights; give one for each")]
    [InlineData("{distribution: normal, sigma: 0}", "TG0105: space.extra.sigma must be a number above 0, not 0")]
    [InlineData("{distribution: q_normal, q: 0}", "TG0105: space.extra.q must be a number above 0, not 0")]
    [InlineData("{type: normal, low: 8, high: 9}", "TG0211: space.extra is a shaped distribution: the range 8..9 " +
        "lies " +
        "outside normal(0, 1), which spans -5.99781..5.99781")]
    [InlineData("{distribution: uniform, min: 0, max: 1, mu: 1}",
        "TG0103: unknown key 'mu' in space.extra; allowed: distribution, min, max, when")]
    public void A_mistake_in_a_form_is_told(string form, string message) =>
        Assert.EndsWith(
            "error " + message, Assert.Single(SweepSample.Mistakes(WithExtra(form))), StringComparison.Ordinal);

    [Fact]
    public void A_misspelt_distribution_is_told_with_the_right_one() =>
        Assert.Contains(
            "not 'q_unifrom' (did you mean 'q_uniform'?)",
            SweepSample.Mistakes(WithExtra("{distribution: q_unifrom, min: 0, max: 1}"))[0], StringComparison.Ordinal);

    [Fact]
    public void Nested_parameters_are_named_by_their_path()
    {
        var space = SweepSample.Read(WithExtra(
            "{parameters: {depth: {min: 1, max: 3}, inner: {parameters: {rate: {value: 0.5}}}}}",
            "{extra.depth: 1, extra.inner.rate: 0.5}")).Space!;
        Assert.Equal(new IntDistribution(1, 3), space["extra.depth"].Distribution);
        Assert.Equal(CategoricalDistribution.Of(0.5), space["extra.inner.rate"].Distribution);
    }

    [Fact]
    public void A_nested_name_that_is_taken_is_refused() =>
        Assert.Contains(
            "error TG0011: there is a parameter 'extra.a' already, nested or not; rename one of the two",
            SweepSample.Mistakes(WithExtra(
                "{parameters: {a: {value: 1}}}\n  extra.a: {value: 2}", "{extra.a: 1}"))[0],
            StringComparison.Ordinal);

    [Fact]
    public void A_value_that_a_setting_does_not_allow_is_told_at_its_place() =>
        SweepSample.Expect("{type: float, low: 0, high: 0.5, step: 0.1}", "{min: 0.0, max: 1}",
            "sweep.yaml(23,31): error TG0304: parameter 'dropout' can be 1, but model.dropout (line 18) must be a " +
            "number of at least 0 and below 1");

    /// <summary>A parameter more, and a condition that looks at it, for an idle one is refused.</summary>
    private static string WithExtra(string form, string when = "extra == extra and optimizer == 'sgd'") =>
        SweepSample.With("  batch:      {", $"  extra: {form}\n  batch:      {{")
            .Replace("false], when: {optimizer: sgd}", $"false], when: {when}", StringComparison.Ordinal);
}
