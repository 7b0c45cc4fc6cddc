using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>
/// Something that holds of a configuration or not: when a parameter takes part in a trial, or a rule that all
/// configurations keep. Made of comparisons of parameters and arithmetic with them:
/// <c>optimizer == 'sgd' and layers * width &lt;= 4096</c>. Immutable; compared by content.
/// </summary>
/// <remarks>
/// <para>
/// From loose to tight: <c>or</c>; <c>and</c>; <c>not</c>; <c>== != &lt; &lt;= &gt; &gt;= in</c>, which do not chain;
/// <c>+ -</c>; <c>* / %</c>; the sign. Values are numbers, texts in single or double quotes (a quote inside is written
/// twice), <c>true</c> and <c>false</c>; <c>x in (1, 2)</c> and <c>x not in ('a', 'b')</c> list them. Functions of
/// numbers: abs, ceil, exp, floor, log, log10, log2, max, min, pow, round, sqrt. A parameter whose name has a hyphen,
/// or is a word of the language, stands in backquotes. Numbers are compared as numbers: 1 equals 1.0.
/// </para>
/// <para>
/// What looks at a parameter that is inactive is neither true nor false: <c>and</c> with something false is false,
/// <c>or</c> with something true is true, all else stays undecided. An undecided condition leaves its parameter
/// inactive, and an undecided rule is kept.
/// </para>
/// </remarks>
public sealed record Condition
{
    internal Condition(Expression tree) => Tree = tree;

    /// <summary>The names of the parameters it looks at, each once.</summary>
    public ImmutableArray<string> Parents => [.. Tree.Names];

    internal Expression Tree { get; }

    /// <summary>Reads a condition.</summary>
    /// <exception cref="ConditionException">The text is not a condition; the position says where.</exception>
    public static Condition Parse(string text) => new(ExpressionParser.Parse(text));

    /// <summary>Reads a condition: see <see cref="Parse"/>.</summary>
    /// <exception cref="ConditionException">The text is not a condition; the position says where.</exception>
    public static implicit operator Condition(string text) => Parse(text);

    /// <summary>A condition on one parent: it is active, and its value is one of those listed.</summary>
    /// <exception cref="ArgumentException">No value is listed.</exception>
    public static Condition On(string parent, params ReadOnlySpan<ParameterValue> values)
    {
        ArgumentNullException.ThrowIfNull(parent);
        return values.IsEmpty
            ? throw new ArgumentException(
                $"The condition on '{parent}' lists no value, so it could never hold; list at least one.",
                nameof(values)
            )
            : new(new MembershipExpression(new NameExpression(parent), [.. values]));
    }

    /// <summary>This condition, and another one.</summary>
    public Condition And(Condition other) => Join(BinaryOperator.And, other);

    /// <summary>This condition, and another parent's value.</summary>
    public Condition And(string parent, ParameterValue value, params ReadOnlySpan<ParameterValue> others) =>
        And(On(parent, [value, .. others]));

    /// <summary>This condition, or another one.</summary>
    public Condition Or(Condition other) => Join(BinaryOperator.Or, other);

    /// <summary>The opposite: undecided where this one is.</summary>
    public Condition Not() => new(new UnaryExpression(UnaryOperator.Not, Tree));

    /// <summary>
    /// Checks that it makes sense over these parameters: it looks at no other, and at what they can be.
    /// </summary>
    /// <exception cref="SearchSpaceException">It does not; the message says what is wrong.</exception>
    public void Check(IEnumerable<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ImmutableArray<Parameter> all = [.. parameters];
        _ = new BoundCondition(this, all, Parents.FirstOrDefault() ?? "", $"The condition is {this}");
    }

    /// <summary>Its text, which can be read again: <c>optimizer in ('adam', 'sgd') and layers in (2)</c>.</summary>
    public override string ToString() => Tree.ToString();

    private Condition Join(BinaryOperator @operator, Condition other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new(new BinaryExpression(@operator, Tree, other.Tree));
    }
}
