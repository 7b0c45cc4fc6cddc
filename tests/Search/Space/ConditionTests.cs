using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class ConditionTests
{
    private static readonly Parameter[] _parameters =
    [
        new("n", new IntDistribution(0, 20)),
        new("x", new FloatDistribution(-10, 10)),
        new("opt", CategoricalDistribution.Of("adam", "sgd", "it's")),
        new("flag", CategoricalDistribution.Of(true, false)),
        new("mixed", CategoricalDistribution.Of("auto", 1, 0.5, true)),
        new("weight-decay", new FloatDistribution(0, 1)),
        new("in", new FloatDistribution(0, 1)),
        new("absent", new IntDistribution(0, 9), Condition.On("n", 0)),
    ];

    [Theory]
    [InlineData("n == 4", true)]
    [InlineData("n == 4.0 and x == 2.5", true)]
    [InlineData("n != 4", false)]
    [InlineData("n > 4 or x < 3", true)]
    [InlineData("not n > 4 and not (x >= 3)", true)]
    [InlineData("n in (1, 4)", true)]
    [InlineData("n not in [1, 4]", false)]
    [InlineData("n + x * 2 == 9", true)]
    [InlineData("(n + x) * 2 == 13", true)]
    [InlineData("n - 1 - 1 == 2", true)]
    [InlineData("n / 8 == 0.5 and n % 3 == 1", true)]
    [InlineData("-n < -3 and - -n > 3", true)]
    [InlineData("opt == 'sgd'", true)]
    [InlineData("opt in ('adam', \"it's\", 'it''s')", false)]
    [InlineData("opt != 'adam' and 'sgd' == opt", true)]
    [InlineData("flag", true)]
    [InlineData("not flag or flag == false", false)]
    [InlineData("mixed == 'auto'", true)]
    [InlineData("mixed == 1", false)]
    [InlineData("mixed < 2", null)] // it is a text now
    [InlineData("`weight-decay` * 2 < `in`", true)]
    [InlineData("max(n, x, 3) == 4 and min(n, x) == 2.5", true)]
    [InlineData("log2(n) == 2 and sqrt(n) == 2 and pow(n, 2) == 16 and abs(x - 5) == x", true)]
    [InlineData("floor(x) == 2 and ceil(x) == 3 and round(x) == 3 and exp(0) == 1 and log(1) == log10(1)", true)]
    [InlineData("true", true)]
    [InlineData("absent == 1", null)]
    [InlineData("not absent == 1", null)]
    [InlineData("absent == 1 or n == 4", true)]
    [InlineData("n == 4 or absent == 1", true)]
    [InlineData("absent == 1 and n == 3", false)]
    [InlineData("absent + n > 0", null)]
    [InlineData("max(absent, 1) > 0", null)]
    public void A_condition_means_what_it_says(string text, bool? holds)
    {
        ParameterValue?[] values = [4, 2.5, "sgd", true, "auto", 0.25, 0.75, null];
        Assert.Equal(holds, Bound(text).Holds(values));
        Assert.Equal(!holds, Bound($"not ({text})").Holds(values));
        Assert.Equal(holds != false, Bound(text).Misses(values) == 0);
    }

    [Theory]
    [InlineData("", 0, "the condition ends where a value, a parameter or '(' should follow")]
    [InlineData("n ==", 4, "the condition ends where")]
    [InlineData("n = 4", 2, "'=' stands where the end or an operator should; to compare, write ==")]
    [InlineData("n > 1 && x > 2", 6, "write and")]
    [InlineData("!flag", 0, "write not")]
    [InlineData("1 < n < 3", 6, "comparisons do not chain")]
    [InlineData("n in 3", 5, "a list of values in parentheses")]
    [InlineData("opt in (adam)", 8, "put text in quotes: 'adam'")]
    [InlineData("n in ()", 6, "a number, a text in quotes, true or false")]
    [InlineData("opt == 'sgd", 7, "never closed; add '")]
    [InlineData("n > 1e", 4, "exponent without digits")]
    [InlineData("n > 3x", 4, "neither a number nor a name")]
    [InlineData("n > 1e999", 4, "too large")]
    [InlineData("(n > 1", 6, "the condition ends where ')' should follow")]
    [InlineData("n > 1)", 5, "')' stands where the end or an operator should")]
    [InlineData("n $ 1", 2, "'$' (U+0024) has no meaning here")]
    [InlineData("sin(n) > 1", 0, "there is no function 'sin'; there are abs, ceil")]
    [InlineData("max(n) > 1", 0, "max takes at least 2 arguments, and has 1")]
    [InlineData("and", 0, "'and' stands where")]
    public void A_text_that_is_no_condition_is_refused_with_the_place(string text, int position, string problem)
    {
        var refused = Assert.Throws<ConditionException>(() => Condition.Parse(text));
        Assert.Equal(position, refused.Position);
        Assert.Contains(problem, refused.Problem, StringComparison.Ordinal);
        Assert.Contains($"at character {position + 1}: ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n == 'a'", "n can never equal 'a': they are of different kinds")]
    [InlineData("opt == 'lion'", "'opt' can never be lion: it is one of adam, sgd, it's")]
    [InlineData("n in (1, 21)", "'n' can never be 21: it is int 0..20")]
    [InlineData("n == 2.5", "'n' can never be 2.5")]
    [InlineData("opt < 'b'", "opt is no number")]
    [InlineData("opt + 1 > 2", "opt is no number")]
    [InlineData("n", "n is neither true nor false; compare it with something")]
    [InlineData("n and flag", "n is neither true nor false")]
    [InlineData("opt == sgd", "there is no parameter 'sgd'; add it or correct the name, or put it in quotes")]
    public void A_condition_that_makes_no_sense_is_refused(string text, string problem) =>
        Assert.Contains(
            problem,
            Assert.Throws<SearchSpaceException>(() => Condition.Parse(text).Check(_parameters)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Too_much_of_a_condition_is_refused()
    {
        Assert.Throws<ConditionException>(() => Condition.Parse(new string('(', 65) + "flag" + new string(')', 65)));
        Assert.Throws<ConditionException>(() => Condition.Parse(string.Concat(Enumerable.Repeat("not ", 65)) + "flag"));
        Assert.Throws<ConditionException>(() => Condition.Parse(string.Concat(Enumerable.Repeat("- ", 65)) + "n > 0"));
        Assert.Throws<ConditionException>(() => Condition.Parse(new string(' ', 5000)));
        Condition.Parse(string.Join(" and ", Enumerable.Repeat("n > 0", 400)));
    }

    [Fact]
    public void Old_and_new_forms_are_one()
    {
        Assert.Equal(Condition.Parse("opt in ('adam', 'sgd')"), Condition.On("opt", "adam", "sgd"));
        Assert.Equal(
            Condition.Parse("opt in ('sgd') and n in (1, 2)"), Condition.On("opt", "sgd").And("n", 1, 2));
        Assert.Equal(
            Condition.Parse("n > 1 and (x > 1 or flag)"),
            Condition.Parse("n > 1").And(Condition.Parse("x > 1").Or("flag")));
        Assert.Equal(["n", "x"], Condition.Parse("n > x and x > 1 - n").Parents);
        Assert.NotEqual(Condition.On("opt", "sgd", "adam"), Condition.On("opt", "adam", "sgd"));
        Assert.Throws<ArgumentException>(() => Condition.On("opt"));
    }

    [Property(MaxTest = 500)]
    public void The_text_of_a_condition_reads_back_as_the_same(int seed)
    {
        var condition = new Condition(AnyFlag(SearchRandom.For((ulong)seed, 0, "condition"), 4));
        var again = Condition.Parse(condition.ToString());
        Assert.Equal(condition, again);
        Assert.Equal(condition.GetHashCode(), again.GetHashCode());
    }

    private static BoundCondition Bound(string text) => new(Condition.Parse(text), [.. _parameters], "n", "The test");

    private static Expression AnyFlag(SearchRandom random, int depth)
    {
        Expression Flag() => AnyFlag(random, depth - 1);
        Expression Number() => AnyNumber(random, depth - 1);
        return (depth == 0 ? 0 : random.NextInt64(6)) switch
        {
            0 => new NameExpression(random.NextInt64(2) == 0 ? "flag" : "or"),
            1 => new UnaryExpression(UnaryOperator.Not, Flag()),
            2 => new BinaryExpression(BinaryOperator.And, Flag(), Flag()),
            3 => new BinaryExpression(BinaryOperator.Or, Flag(), Flag()),
            4 => new BinaryExpression(BinaryOperator.Equal + (int)random.NextInt64(6), Number(), Number()),
            _ => new MembershipExpression(Number(), ["it's", 1, -2.0, 1e-7, true]),
        };
    }

    private static Expression AnyNumber(SearchRandom random, int depth)
    {
        Expression Number() => AnyNumber(random, depth - 1);
        return (depth == 0 ? random.NextInt64(2) : random.NextInt64(5)) switch
        {
            0 => new NameExpression(random.NextInt64(2) == 0 ? "x.y" : "weight-decay"),
            1 => new LiteralExpression(random.NextInt64(2) == 0
                ? ParameterValue.Int(random.NextInt64(9) - 4)
                : ParameterValue.Float(random.NextDouble() - 0.5)),
            2 => new UnaryExpression(UnaryOperator.Minus, new NameExpression("x")),
            3 => new CallExpression(ExpressionFunction.All["max"], [Number(), Number()]),
            _ => new BinaryExpression(BinaryOperator.Plus + (int)random.NextInt64(5), Number(), Number()),
        };
    }
}
