using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>
/// What a condition is made of: a small language over parameters. A closed family, compared by content; its text can be
/// parsed again.
/// </summary>
internal abstract record Expression
{
    private protected Expression() { }

    /// <summary>The parts it is made of, from left to right.</summary>
    public abstract ImmutableArray<Expression> Parts { get; }

    /// <summary>The names of the parameters it looks at, each once, in the order of the text.</summary>
    public IEnumerable<string> Names =>
        this is NameExpression name ? [name.Name] : Parts.SelectMany(part => part.Names).Distinct();

    public sealed override string ToString() => ExpressionText.Write(this);
}

/// <summary>A number, a text or a flag.</summary>
internal sealed record LiteralExpression(ParameterValue Value) : Expression
{
    public override ImmutableArray<Expression> Parts => [];
}

/// <summary>A parameter's value.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Position">Where it stands in the text that was parsed; it does not count when compared.</param>
internal sealed record NameExpression(string Name, int Position = 0) : Expression
{
    public override ImmutableArray<Expression> Parts => [];

    public bool Equals(NameExpression? other) => other is not null && Name == other.Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

internal enum UnaryOperator
{
    Not,
    Minus,
}

/// <summary>An operator before its operand.</summary>
internal sealed record UnaryExpression(UnaryOperator Operator, Expression Operand) : Expression
{
    public override ImmutableArray<Expression> Parts => [Operand];
}

internal enum BinaryOperator
{
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Plus,
    Minus,
    Times,
    Over,
    Modulo,
}

/// <summary>An operator between its operands.</summary>
internal sealed record BinaryExpression(BinaryOperator Operator, Expression Left, Expression Right) : Expression
{
    public override ImmutableArray<Expression> Parts => [Left, Right];
}

/// <summary>Whether the item is one of these values.</summary>
internal sealed record MembershipExpression(Expression Item, ImmutableArray<ParameterValue> Values) : Expression
{
    public override ImmutableArray<Expression> Parts => [Item];

    public bool Equals(MembershipExpression? other) =>
        other is not null && Item == other.Item && Values.AsSpan().SequenceEqual(other.Values.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Item, Values.Length);
}

/// <summary>One of the functions of <see cref="ExpressionFunction"/>.</summary>
internal sealed record CallExpression(ExpressionFunction Function, ImmutableArray<Expression> Arguments) : Expression
{
    public override ImmutableArray<Expression> Parts => Arguments;

    public bool Equals(CallExpression? other) =>
        other is not null && Function == other.Function && Arguments.AsSpan().SequenceEqual(other.Arguments.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Function.Name, Arguments.Length);
}
