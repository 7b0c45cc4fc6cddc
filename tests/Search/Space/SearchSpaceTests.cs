using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class SearchSpaceTests
{
    private static readonly Parameter _optimizer = new("optimizer", CategoricalDistribution.Of("adam", "sgd"));
    private static readonly Parameter _momentum =
        new("momentum", new FloatDistribution(0, 1), Condition.On("optimizer", "sgd"));

    private static readonly Parameter _nesterov = new(
        "nesterov", CategoricalDistribution.Of(true, false), Condition.On("optimizer", "sgd").And("momentum", 0.0, 1));

    [Fact]
    public void Parents_come_first_and_otherwise_the_order_stays()
    {
        var rate = new Parameter("rate", new FloatDistribution(0, 1));
        var space = new SearchSpace([rate, _nesterov, _momentum, _optimizer]);
        Assert.Equal(["rate", "optimizer", "momentum", "nesterov"], space.Parameters.Select(p => p.Name));
    }

    [Fact]
    public void A_parameter_is_active_when_its_parents_are_active_and_fit()
    {
        var space = new SearchSpace([_optimizer, _momentum, _nesterov]);
        Assert.True(space.IsActive(_optimizer, Configuration.Empty));
        Assert.False(space.IsActive(_momentum, Configuration.Empty));
        Assert.False(space.IsActive(_momentum, Configuration.Of(("optimizer", "adam"))));
        Assert.True(space.IsActive(_momentum, Configuration.Of(("optimizer", "sgd"))));
        Assert.False(space.IsActive(_nesterov, Configuration.Of(("optimizer", "sgd"), ("momentum", 0.5))));
        // The condition says 1 where the parent is a float.
        Assert.True(space.IsActive(_nesterov, Configuration.Of(("optimizer", "sgd"), ("momentum", 1.0))));
        Assert.False(space.IsActive(_nesterov, Configuration.Of(("optimizer", "adam"), ("momentum", 1.0))));
    }

    [Fact]
    public void Contradictory_spaces_are_refused_by_the_parameters_name()
    {
        Assert.Equal("optimizer", Refused([_optimizer, _optimizer]).Parameter);
        Assert.Contains("no parameter 'optimizer'", Refused([_momentum]).Message, StringComparison.Ordinal);
        var odd = new Parameter("odd", new IntDistribution(1, 2), Condition.On("optimizer", "lion"));
        Assert.Contains("can never be lion", Refused([_optimizer, odd]).Message, StringComparison.Ordinal);
        var a = new Parameter("a", new IntDistribution(1, 2), Condition.On("b", 1));
        var b = new Parameter("b", new IntDistribution(1, 2), Condition.On("a", 1));
        Assert.Contains("depends on itself", Refused([a, b]).Message, StringComparison.Ordinal);
        var self = new Parameter("s", new IntDistribution(1, 2), Condition.On("s", 1));
        Assert.Equal("s", Refused([self]).Parameter);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("-a")]
    public void A_name_of_another_form_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => new Parameter(name, new IntDistribution(1, 2)));

    [Fact]
    public void A_configuration_must_hold_exactly_the_active_parameters()
    {
        var space = new SearchSpace([_optimizer, _momentum]);
        space.Validate(Configuration.Of(("optimizer", "adam")));
        space.Validate(Configuration.Of(("momentum", 0.5), ("optimizer", "sgd")));
        Assert.Equal("momentum", Misfit(space, ("optimizer", "sgd")).Parameter);
        var inactive = Misfit(space, ("optimizer", "adam"), ("momentum", 0.1));
        Assert.Contains("inactive", inactive.Message, StringComparison.Ordinal);
        Assert.Equal("optimizer", Misfit(space, ("optimizer", "lion")).Parameter);
        Assert.Equal("rate", Misfit(space, ("optimizer", "adam"), ("rate", 1)).Parameter);
    }

    [Fact]
    public void Coercing_gives_the_spaces_order_and_kinds()
    {
        var space = new SearchSpace([_optimizer, _momentum]);
        var coerced = space.Coerce(Configuration.Of(("momentum", 1), ("optimizer", "sgd")));
        Assert.Equal("optimizer=sgd, momentum=1", coerced.ToString());
        Assert.Equal(ParameterKind.Float, coerced["momentum"].Kind);
    }

    [Property]
    public void What_is_built_fits_and_groups_are_active_as_a_whole(int seed)
    {
        var random = SearchRandom.For((ulong)seed, 1, "space");
        var space = RandomSpaces.Any(random);
        var built = space.Build(p => p.Distribution.Decode(random.NextDouble()));
        space.Validate(built);
        Assert.Equal(built, space.Coerce(built));
        foreach (var group in space.Groups)
            Assert.Single(group.Select(place => built.Contains(space.Parameters[place].Name)).Distinct());
        foreach (var parameter in space.Parameters)
            Assert.Equal(space.IsActive(parameter, built), built.Contains(parameter.Name));
    }

    [Fact]
    public void Configurations_are_equal_whatever_their_order()
    {
        var one = Configuration.Of(("a", 1), ("b", "x"));
        var other = Configuration.Of(("b", "x"), ("a", 1));
        Assert.Equal(one, other);
        Assert.Equal(one.GetHashCode(), other.GetHashCode());
        Assert.NotEqual(one, one.With("a", 2));
        Assert.NotEqual(one, one.With("c", 2));
        Assert.Equal("a=2, b=x", one.With("a", 2).ToString());
        Assert.Equal("a=1, b=x", one.ToString());
        Assert.Throws<KeyNotFoundException>(() => one["c"]);
        Assert.Throws<ArgumentException>(() => Configuration.Of(("a", 1), ("a", 2)));
    }

    [Fact]
    public void A_condition_may_be_any_expression_over_parents()
    {
        var space = new SearchSpace([
            new("layers", new IntDistribution(1, 8)),
            new("optimizer", CategoricalDistribution.Of("adam", "sgd")),
            new("momentum", new FloatDistribution(0, 1), "optimizer == 'sgd'"),
            new("extra", new FloatDistribution(0, 1), "layers > 2 and not optimizer == 'adam' or layers * 2 == 4"),
            new("last", new FloatDistribution(0, 1), "momentum > 0.5"),
        ]);
        string Active(int layers, string optimizer, double momentum)
        {
            var configuration = Configuration.Of(
                ("layers", layers), ("optimizer", optimizer), ("momentum", momentum), ("extra", 0.5), ("last", 0.5));
            return string.Join(',', space.Parameters.Where(p => space.IsActive(p, configuration)).Select(p => p.Name));
        }

        Assert.Equal("layers,optimizer", Active(1, "adam", 0.9));
        Assert.Equal("layers,optimizer,extra", Active(2, "adam", 0.9));
        Assert.Equal("layers,optimizer,momentum,extra,last", Active(3, "sgd", 0.9));
        Assert.Equal("layers,optimizer,momentum", Active(1, "sgd", 0.5));
    }

    [Fact]
    public void A_configuration_that_breaks_a_rule_does_not_fit()
    {
        var space = new SearchSpace(
            [_optimizer, _momentum, new("rate", new FloatDistribution(0, 1))],
            ["momentum + rate <= 1", Condition.Parse("optimizer == 'adam' and rate > 0.5").Not()]);
        space.Validate(Configuration.Of(("optimizer", "sgd"), ("momentum", 0.5), ("rate", 0.5)));
        // Undecided, for momentum is inactive: kept.
        space.Validate(Configuration.Of(("optimizer", "adam"), ("rate", 0.4)));
        var broken = Misfit(space, ("optimizer", "sgd"), ("momentum", 0.75), ("rate", 0.5));
        Assert.Equal(
            "The configuration breaks the rule momentum + rate <= 1, for momentum = 0.75, rate = 0.5; "
            + "change one of them.", broken.Message);
        Assert.Equal("momentum", broken.Parameter);
        Assert.Contains("not (optimizer == 'adam' and rate > 0.5)",
            Misfit(space, ("optimizer", "adam"), ("rate", 0.6)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_that_nothing_keeps_are_refused()
    {
        Parameter[] two = [new("x", new FloatDistribution(0, 1)), new("y", new FloatDistribution(0, 1))];
        SearchSpaceException Refused(params Condition[] rules) =>
            Assert.Throws<SearchSpaceException>(() => new SearchSpace(two, rules));
        Assert.Contains("No configuration was found", Refused("x + y > 2.5").Message, StringComparison.Ordinal);
        Assert.Contains("breaks x + y == 1.0", Refused("x + y == 1.0").Message, StringComparison.Ordinal);
        Assert.Contains("no parameter 'z'", Refused("x < z").Message, StringComparison.Ordinal);
        Assert.Contains("neither true nor false", Refused("x + y").Message, StringComparison.Ordinal);
        Assert.Contains("can never be 2", Refused("x == 2").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Draws_within_rules_are_even()
    {
        // In the triangle x + y <= 1 the mean of each is 1/3; σ of the mean of 4,000 draws is 0.0037.
        var triangle = new SearchSpace(
            [new("x", new FloatDistribution(0, 1)), new("y", new FloatDistribution(0, 1))], ["x + y <= 1"]);
        var random = new SearchRandom(1);
        var drawn = Enumerable.Range(0, 4000).Select(_ => triangle.Draw(random)).ToList();
        Assert.Equal(1.0 / 3, drawn.Average(c => c["x"].AsFloat()), 0.015);
        Assert.Equal(1.0 / 3, drawn.Average(c => c["y"].AsFloat()), 0.015);
    }

    [Fact]
    public void A_walk_within_narrow_rules_gets_about()
    {
        // Uniform on the simplex in 8 dimensions each coordinate has the mean 1/9; a walk of two rounds comes near.
        var names = Enumerable.Range(0, 8).Select(i => $"x{i}").ToList();
        var simplex = new SearchSpace(
            names.Select(n => new Parameter(n, new FloatDistribution(0, 1))), [$"{string.Join('+', names)} <= 1"]);
        var random = new SearchRandom(1);
        var drawn = Enumerable.Range(0, 1000).Select(_ => simplex.Draw(random)).ToList();
        Assert.All(drawn, simplex.Validate);
        Assert.Equal(drawn.Count, drawn.Distinct().Count());
        foreach (var name in names)
            Assert.Equal(1.0 / 9, drawn.Average(c => c[name].AsFloat()), 0.02);
    }

    [Fact]
    public void A_repaired_configuration_stays_near()
    {
        var space = new SearchSpace(
            [
                new("x", new FloatDistribution(0, 1)), new("y", new FloatDistribution(0, 1)),
                new("c", CategoricalDistribution.Of("a", "b")),
            ],
            ["x + y <= 1"]);
        var repaired = space.Repair(Configuration.Of(("x", 0.9), ("y", 0.3), ("c", "b")));
        space.Validate(repaired);
        Assert.Equal("b", repaired["c"]);
        Assert.Equal(1, repaired["x"].AsFloat() + repaired["y"].AsFloat(), 1e-6); // on the edge
        var kept = Configuration.Of(("x", 0.2), ("y", 0.3), ("c", "b"));
        Assert.Same(kept, space.Repair(kept));
    }

    [Property(MaxTest = 100)]
    public void Any_configuration_can_be_repaired(int seed)
    {
        var random = SearchRandom.For((ulong)seed, 0, "repair");
        var space = RandomSpaces.WithRules(random);
        var any = space.Build(p => p.Distribution.Decode(random.NextDouble()));
        space.Validate(space.Repair(any));
        space.Validate(space.Draw(random));
    }

    private static SearchSpaceException Refused(Parameter[] parameters) =>
        Assert.Throws<SearchSpaceException>(() => new SearchSpace(parameters));

    private static SearchSpaceException Misfit(SearchSpace space, params (string, ParameterValue)[] values) =>
        Assert.Throws<SearchSpaceException>(() => space.Validate(Configuration.Of(values)));
}
