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
        var built = space.Build(p => RandomSampler.Draw(p.Distribution, random));
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

    private static SearchSpaceException Refused(Parameter[] parameters) =>
        Assert.Throws<SearchSpaceException>(() => new SearchSpace(parameters));

    private static SearchSpaceException Misfit(SearchSpace space, params (string, ParameterValue)[] values) =>
        Assert.Throws<SearchSpaceException>(() => space.Validate(Configuration.Of(values)));
}
