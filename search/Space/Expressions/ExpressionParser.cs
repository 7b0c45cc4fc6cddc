using System.Collections.Immutable;
using System.Globalization;

namespace TuneGraph.Search;

/// <summary>
/// Reads the language of conditions. From loose to tight: or; and; not; == != &lt; &lt;= &gt; &gt;= in; + -; * / %; the
/// sign; numbers, texts in quotes, true, false, names, functions and parentheses.
/// </summary>
internal sealed class ExpressionParser
{
    private const int LongestText = 4000;
    private const int Deepest = 64;

    private static readonly Dictionary<string, BinaryOperator> _comparisons = new(StringComparer.Ordinal)
    {
        ["=="] = BinaryOperator.Equal,
        ["!="] = BinaryOperator.NotEqual,
        ["<"] = BinaryOperator.Less,
        ["<="] = BinaryOperator.LessOrEqual,
        [">"] = BinaryOperator.Greater,
        [">="] = BinaryOperator.GreaterOrEqual,
    };

    private readonly string _text;
    private readonly ImmutableArray<ExpressionToken> _tokens;
    private int _next;
    private int _depth;

    private ExpressionParser(string text)
    {
        _text = text;
        _tokens = ExpressionToken.Split(text);
    }

    private ExpressionToken Next => _tokens[_next];

    /// <summary>The expression of a text.</summary>
    /// <exception cref="ConditionException">The text is not of the language; the position says where.</exception>
    public static Expression Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length > LongestText)
            throw new ConditionException(
                text,
                LongestText,
                $"a condition has at most {LongestText} characters, and this one has {text.Length}"
            );
        var parser = new ExpressionParser(text);
        var expression = parser.Or();
        return parser.Next.Kind == TokenKind.End ? expression : throw parser.Unexpected("the end or an operator");
    }

    private Expression Or()
    {
        var left = And();
        while (Take("or"))
            left = new BinaryExpression(BinaryOperator.Or, left, And());
        return left;
    }

    private Expression And()
    {
        var left = Not();
        while (Take("and"))
            left = new BinaryExpression(BinaryOperator.And, left, Not());
        return left;
    }

    private Expression Not()
    {
        if (!Take("not"))
            return Comparison();
        Enter();
        var operand = Not();
        _depth--;
        return new UnaryExpression(UnaryOperator.Not, operand);
    }

    private Expression Comparison()
    {
        var left = Sum();
        if (Next.Kind == TokenKind.Sign && _comparisons.TryGetValue(Next.Text, out var comparison))
        {
            _next++;
            left = new BinaryExpression(comparison, left, Sum());
        }
        else if (Next.Is("not") && _tokens[_next + 1].Is("in"))
        {
            _next += 2;
            left = new UnaryExpression(UnaryOperator.Not, new MembershipExpression(left, Values()));
        }
        else if (Take("in"))
            left = new MembershipExpression(left, Values());

        return Next.Is("in") || (Next.Kind == TokenKind.Sign && _comparisons.ContainsKey(Next.Text))
            ? throw Error("comparisons do not chain; join them with 'and', as in 1 < x and x < 2")
            : left;
    }

    private Expression Sum()
    {
        var left = Product();
        while (true)
        {
            if (Take("+"))
                left = new BinaryExpression(BinaryOperator.Plus, left, Product());
            else if (Take("-"))
                left = new BinaryExpression(BinaryOperator.Minus, left, Product());
            else
                return left;
        }
    }

    private Expression Product()
    {
        var left = Signed();
        while (true)
        {
            if (Take("*"))
                left = new BinaryExpression(BinaryOperator.Times, left, Signed());
            else if (Take("/"))
                left = new BinaryExpression(BinaryOperator.Over, left, Signed());
            else if (Take("%"))
                left = new BinaryExpression(BinaryOperator.Modulo, left, Signed());
            else
                return left;
        }
    }

    private Expression Signed()
    {
        if (!Next.Is("-"))
            return Atom();
        if (_tokens[_next + 1].Kind == TokenKind.Number)
            return new LiteralExpression(Value());
        _next++;
        Enter();
        var operand = Signed();
        _depth--;
        return operand is LiteralExpression { Value: { Kind: ParameterKind.Float or ParameterKind.Int } value }
            ? new LiteralExpression(Negated(value))
            : new UnaryExpression(UnaryOperator.Minus, operand);
    }

    private Expression Atom()
    {
        var token = Next;
        switch (token.Kind)
        {
            case TokenKind.Number or TokenKind.Text:
            case TokenKind.Word when token.Text is "true" or "false":
                return new LiteralExpression(Value());
            case TokenKind.Word when _tokens[_next + 1].Is("("):
                return Call();
            case TokenKind.Word when !ExpressionText.Keywords.Contains(token.Text):
            case TokenKind.Quoted:
                _next++;
                return new NameExpression(token.Text, token.Position);
        }

        if (!Take("("))
            throw Unexpected("a value, a parameter or '('");
        Enter();
        var inside = Or();
        _depth--;
        Expect(")");
        return inside;
    }

    private CallExpression Call()
    {
        if (!ExpressionFunction.All.TryGetValue(Next.Text, out var function))
            throw Error(
                $"there is no function '{Next.Text}'; there are {string.Join(", ", ExpressionFunction.All.Keys)}"
            );
        var start = _next;
        _next += 2;
        Enter();
        var arguments = new List<Expression> { Or() };
        while (Take(","))
            arguments.Add(Or());
        _depth--;
        Expect(")");
        if (arguments.Count >= function.Fewest && arguments.Count <= function.Most)
            return new(function, [.. arguments]);
        _next = start;
        throw Error(
            $"{function.Name} takes {(function.Fewest == function.Most ? "" : "at least ")}{function.Fewest} "
                + $"argument{(function.Fewest == 1 ? "" : "s")}, and has {arguments.Count}"
        );
    }

    /// <summary>The values in parentheses or brackets behind <c>in</c>.</summary>
    private ImmutableArray<ParameterValue> Values()
    {
        var close =
            Take("(") ? ")"
            : Take("[") ? "]"
            : throw Unexpected("a list of values in parentheses, as in x in (1, 2)");
        var values = ImmutableArray.CreateBuilder<ParameterValue>();
        do values.Add(Value());
        while (Take(","));
        Expect(close);
        return values.DrainToImmutable();
    }

    private ParameterValue Value()
    {
        var token = Next;
        var minus = token.Is("-") && _tokens[_next + 1].Kind == TokenKind.Number;
        if (minus)
            token = _tokens[++_next];
        _next++;
        switch (token.Kind)
        {
            case TokenKind.Number:
                return Number((minus ? "-" : "") + token.Text, token);
            case TokenKind.Text:
                return token.Text;
            case TokenKind.Word when token.Text is "true" or "false":
                return token.Text == "true";
        }

        _next--;
        throw Next.Kind == TokenKind.Word
            ? Error($"a value is expected here; put text in quotes: '{Next.Text}'")
            : Unexpected("a number, a text in quotes, true or false");
    }

    private ParameterValue Number(string text, ExpressionToken token)
    {
        var culture = CultureInfo.InvariantCulture;
        if (
            !text.AsSpan().ContainsAny('.', 'e', 'E')
            && long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var whole)
        )
            return whole;
        var number = double.Parse(text, NumberStyles.Float, culture);
        return double.IsFinite(number)
            ? number
            : throw new ConditionException(_text, token.Position, $"{text} is too large for a number");
    }

    private static ParameterValue Negated(ParameterValue value) =>
        value.Kind == ParameterKind.Int && value.AsInt() != long.MinValue
            ? ParameterValue.Int(-value.AsInt())
            : ParameterValue.Float(-value.AsFloat());

    private bool Take(string sign)
    {
        if (!Next.Is(sign))
            return false;
        _next++;
        return true;
    }

    private void Expect(string sign)
    {
        if (!Take(sign))
            throw Unexpected($"'{sign}'");
    }

    private void Enter()
    {
        if (++_depth > Deepest)
            throw Error($"this is nested more than {Deepest} deep; simplify it");
    }

    private ConditionException Unexpected(string expected)
    {
        var hint = Next.Text switch
        {
            "=" => "; to compare, write ==",
            "&&" or "&" => "; write and",
            "||" or "|" => "; write or",
            "!" => "; write not",
            _ => "",
        };
        return Error(
            Next.Kind == TokenKind.End
                ? $"the condition ends where {expected} should follow"
                : $"'{Next.Text}' stands where {expected} should{hint}"
        );
    }

    private ConditionException Error(string what) => new(_text, Next.Position, what);
}
