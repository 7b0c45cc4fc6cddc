using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class DistributionTests
{
    [Fact]
    public void Contradictory_floats_are_refused()
    {
        AssertRefused("exchange them", () => new FloatDistribution(2, 1));
        AssertRefused("low is 0", () => new FloatDistribution(0, 1, Log: true));
        AssertRefused("not finite", () => new FloatDistribution(double.NaN, 1));
        AssertRefused("not finite", () => new FloatDistribution(0, double.PositiveInfinity));
        AssertRefused("not finite", () => new FloatDistribution(-1e308, 1e308));
        AssertRefused("above 0", () => new FloatDistribution(0, 1, Step: 0));
        AssertRefused("no step", () => new FloatDistribution(1, 2, Log: true, Step: 0.1));
        AssertRefused("too small", () => new FloatDistribution(0, 1, Step: 1e-300));
    }

    [Fact]
    public void Contradictory_integers_and_choices_are_refused()
    {
        AssertRefused("exchange them", () => new IntDistribution(2, 1));
        AssertRefused("low is 0", () => new IntDistribution(0, 1, Log: true));
        AssertRefused("at least 1", () => new IntDistribution(0, 1, Step: 0));
        AssertRefused("no step", () => new IntDistribution(1, 9, Log: true, Step: 2));
        AssertRefused("narrow it", () => new IntDistribution(long.MinValue, long.MaxValue));
        AssertRefused("at least one", () => CategoricalDistribution.Of());
        AssertRefused("twice", () => CategoricalDistribution.Of("a", "b", "a"));
    }

    [Fact]
    public void Both_ends_belong_to_a_range()
    {
        var range = new FloatDistribution(0.25, 4, Log: true);
        Assert.True(range.Contains(0.25));
        Assert.True(range.Contains(4.0));
        Assert.True(range.Contains(1)); // an integer where a float is asked for
        Assert.False(range.Contains(4.0000001));
        Assert.False(range.Contains(double.NaN));
        Assert.False(range.Contains("1"));
        Assert.False(new IntDistribution(1, 3).Contains(2.0));
        Assert.False(CategoricalDistribution.Of(1, 2).Contains(1.0));
    }

    [Fact]
    public void A_step_that_does_not_divide_the_range_ends_below_high()
    {
        var thirds = new FloatDistribution(0, 1, Step: 0.3);
        Assert.Equal(4, thirds.Cardinality);
        Assert.Equal(0.9, thirds.Decode(1));
        Assert.False(thirds.Contains(1.0));
        var fives = new IntDistribution(2, 20, Step: 5);
        Assert.Equal(4, fives.Cardinality);
        Assert.Equal(17, fives.Decode(1));
        Assert.False(fives.Contains(20));
    }

    [Fact]
    public void Values_snap_to_the_decimal_grid()
    {
        var tenths = new FloatDistribution(0, 1, Step: 0.1);
        Assert.Equal(0.3, tenths.Coerce((0.1 * 3) + 0.0));
        Assert.Equal(0.7, tenths.Decode(tenths.Encode(0.7)));
        Assert.Equal(1.0, new FloatDistribution(0, 4).Coerce(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tenths.Coerce(0.35));
    }

    [Fact]
    public void A_log_range_is_even_in_its_logarithm()
    {
        var decades = new FloatDistribution(1e-4, 1, Log: true);
        Assert.Equal(0.5, decades.Encode(0.01), 12);
        Assert.Equal(0.01, decades.Decode(0.5).AsFloat(), 12);
        Assert.Equal(1e-4, decades.Decode(-1));
        Assert.Equal(1.0, decades.Decode(2));
    }

    [Fact]
    public void Each_integer_owns_an_equal_cell()
    {
        var dice = new IntDistribution(1, 6);
        Assert.Equal(
            [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6],
            Enumerable.Range(0, 12).Select(i => dice.Decode((i + 0.5) / 12).AsInt()));
        var wide = new IntDistribution(0, long.MaxValue - 2);
        Assert.Equal(long.MaxValue - 2, wide.Decode(1));
        Assert.Equal(0, wide.Decode(0));
        Assert.Equal(long.MaxValue - 2, new IntDistribution(1, long.MaxValue - 2, Log: true).Decode(1));
    }

    [Fact]
    public void Distributions_are_compared_by_content()
    {
        Assert.Equal(CategoricalDistribution.Of("a", 1), CategoricalDistribution.Of("a", 1));
        HashSet<Distribution> equal = [CategoricalDistribution.Of("a", 1), CategoricalDistribution.Of("a", 1)];
        Assert.Single(equal);
        Assert.NotEqual(CategoricalDistribution.Of("a", 1), CategoricalDistribution.Of(1, "a"));
        Assert.Equal(new FloatDistribution(0, 1), new FloatDistribution(0, 1));
        Assert.NotEqual<Distribution>(new FloatDistribution(1, 2), new IntDistribution(1, 2));
    }

    [Property(MaxTest = 500)]
    public void Any_code_gives_a_value_and_the_values_code_gives_it_back(int seed, int at)
    {
        var random = SearchRandom.For((ulong)seed, 0, "distribution");
        var distribution = RandomSpaces.AnyDistribution(random);
        var code = at % 10 == 0 ? Math.Abs(at / 10 % 2) : random.NextDouble(); // sometimes an end
        var value = distribution.Decode(code);
        Assert.True(distribution.Contains(value), $"{distribution} does not contain {value}");
        Assert.Equal(value, distribution.Coerce(value));
        var again = distribution.Decode(distribution.Encode(value));
        if (distribution.Cardinality is null)
            // The billionth in a tail has fewer digits than the middle.
            Assert.Equal(value.AsFloat(), again.AsFloat(), Math.Abs(value.AsFloat()) * 1e-6 + 1e-9);
        else
            Assert.Equal(value, again);
        var (low, high) = distribution.Cell(code);
        Assert.InRange(code, low - 1e-9, high + 1e-9);
    }

    [Property(MaxTest = 100)]
    public void A_uniform_code_is_a_fair_draw(int seed)
    {
        var random = SearchRandom.For((ulong)seed, 0, "fair");
        var distribution = RandomSpaces.AnyDistribution(random);
        if (distribution.Cardinality is not (> 1 and < 40))
            return;
        // The cells cover [0, 1] without gaps, in the order of the values.
        var end = 0.0;
        for (var place = 0L; place < distribution.Cardinality; place++)
        {
            var value = distribution.ValueAt(place);
            var (low, high) = distribution.Cell(distribution.Encode(value));
            Assert.Equal(end, low, 1e-12);
            Assert.True(high > low);
            Assert.Equal(value, distribution.Decode(low + ((high - low) * 1e-6)));
            Assert.Equal(value, distribution.Decode(high - ((high - low) * 1e-6)));
            end = high;
        }

        Assert.Equal(1, end, 1e-12);
    }

    [Fact]
    public void Weights_decide_how_often_a_choice_is_drawn()
    {
        var weighted = new CategoricalDistribution(["a", "b", "c"], Weights: [1, 2, 5]);
        Assert.Equal([0.125, 0.25, 0.625], weighted.Weights);
        Assert.Equal((0.125, 0.375), weighted.Cell(weighted.Encode("b")));
        Assert.Equal(0.25, weighted.Encode("b"));
        Assert.Equal("c", weighted.Decode(0.375));
        Assert.Equal(weighted, new CategoricalDistribution(["a", "b", "c"], Weights: weighted.Weights));
        Assert.Equal(CategoricalDistribution.Of("a", "b"), new CategoricalDistribution(["a", "b"], Weights: [3, 3]));
        Assert.NotEqual(CategoricalDistribution.Of("a", "b"), CategoricalDistribution.Of("a", "b").InOrder);
        AssertRefused("2 choices and 1 weights", () => new CategoricalDistribution(["a", "b"], Weights: [1]));
        AssertRefused("gives b the weight 0", () => new CategoricalDistribution(["a", "b"], Weights: [1, 0]));
        AssertRefused("gives a the weight NaN", () => new CategoricalDistribution(["a"], Weights: [double.NaN]));
        AssertRefused("gives b the weight", () => new CategoricalDistribution(["a", "b"], Weights: [1, 1e-13]));
    }

    private static void AssertRefused(string why, Func<Distribution> make) =>
        Assert.Contains(why, Assert.ThrowsAny<ArgumentException>(make).Message, StringComparison.Ordinal);
}
