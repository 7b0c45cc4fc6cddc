using System.Diagnostics;
using System.Globalization;

namespace TuneGraph.Search;

/// <summary>Writes expressions so that parsing gives an equal one.</summary>
internal static class ExpressionText
{
    /// <summary>The words that are no names of parameters unless they stand in backquotes.</summary>
    public static IReadOnlySet<string> Keywords { get; } =
        new HashSet<string>(StringComparer.Ordinal) { "and", "or", "not", "in", "true", "false" };

    public static string Write(Expression expression) =>
        expression switch
        {
            LiteralExpression literal => Write(literal.Value),
            NameExpression { Name: var name } => IsPlain(name) ? name : $"`{name}`",
            UnaryExpression { Operator: UnaryOperator.Not } not => $"not {Inside(not.Operand, Level.Not)}",
            UnaryExpression minus => $"-{Inside(minus.Operand, Level.Atom)}",
            BinaryExpression binary => Write(binary),
            MembershipExpression { Values: var values } membership =>
                $"{Inside(membership.Item, Level.Sum)} in ({string.Join(", ", values.Select(Write))})",
            CallExpression call => $"{call.Function.Name}({string.Join(", ", call.Arguments)})",
            _ => throw new UnreachableException($"Unhandled expression {expression.GetType().Name}."),
        };

    /// <summary>Text in quotes, a float with a point or an exponent.</summary>
    public static string Write(ParameterValue value) =>
        value.Kind switch
        {
            ParameterKind.Text => $"'{value.AsText().Replace("'", "''", StringComparison.Ordinal)}'",
            ParameterKind.Float => Write(value.AsFloat()),
            _ => value.ToString(),
        };

    public static string Sign(BinaryOperator @operator) =>
        @operator switch
        {
            BinaryOperator.Or => "or",
            BinaryOperator.And => "and",
            BinaryOperator.Equal => "==",
            BinaryOperator.NotEqual => "!=",
            BinaryOperator.Less => "<",
            BinaryOperator.LessOrEqual => "<=",
            BinaryOperator.Greater => ">",
            BinaryOperator.GreaterOrEqual => ">=",
            BinaryOperator.Plus => "+",
            BinaryOperator.Minus => "-",
            BinaryOperator.Times => "*",
            BinaryOperator.Over => "/",
            _ => "%",
        };

    private static string Write(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().ContainsAny('.', 'E') ? text : text + ".0";
    }

    private static string Write(BinaryExpression binary)
    {
        var level = LevelOf(binary);
        // Left to right; comparisons do not chain.
        var left = Inside(binary.Left, level == Level.Comparison ? Level.Sum : level);
        return $"{left} {Sign(binary.Operator)} {Inside(binary.Right, level + 1)}";
    }

    private static string Inside(Expression part, Level least) =>
        LevelOf(part) < least ? $"({Write(part)})" : Write(part);

    private static Level LevelOf(Expression expression) =>
        expression switch
        {
            BinaryExpression { Operator: BinaryOperator.Or } => Level.Or,
            BinaryExpression { Operator: BinaryOperator.And } => Level.And,
            UnaryExpression { Operator: UnaryOperator.Not } => Level.Not,
            BinaryExpression { Operator: >= BinaryOperator.Times } => Level.Product,
            BinaryExpression { Operator: >= BinaryOperator.Plus } => Level.Sum,
            BinaryExpression or MembershipExpression => Level.Comparison,
            UnaryExpression => Level.Minus,
            LiteralExpression { Value: { Kind: ParameterKind.Float or ParameterKind.Int } value } => value.AsFloat() < 0
                ? Level.Minus
                : Level.Atom,
            _ => Level.Atom,
        };

    private static bool IsPlain(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.') && !Keywords.Contains(name);

    private enum Level
    {
        Or,
        And,
        Not,
        Comparison,
        Sum,
        Product,
        Minus,
        Atom,
    }
}
