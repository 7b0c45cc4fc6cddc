namespace TuneGraph.Search;

/// <summary>By how much a condition misses, given the parameters' values by place; at least 0.</summary>
internal delegate double Shortfall(ReadOnlySpan<ParameterValue?> values);

/// <summary>
/// Measures how far a condition is from holding, so that a search for configurations that keep the rules has a
/// direction: comparisons of numbers miss by their difference, <c>and</c> by the sum of its parts, <c>or</c> by the
/// nearer one.
/// </summary>
internal static class ShortfallBinder
{
    public static Shortfall Bind(Expression tree, ExpressionBinder binder) => Bind(tree, binder, true);

    private static Shortfall Bind(Expression expression, ExpressionBinder binder, bool wanted)
    {
        switch (expression)
        {
            case UnaryExpression { Operator: UnaryOperator.Not, Operand: var operand }:
                return Bind(operand, binder, !wanted);
            case BinaryExpression { Operator: BinaryOperator.And or BinaryOperator.Or } both:
                var (one, other) = (Bind(both.Left, binder, wanted), Bind(both.Right, binder, wanted));
                return both.Operator == BinaryOperator.And == wanted
                    ? values => one(values) + other(values)
                    : values => Math.Min(one(values), other(values));
            case BinaryExpression comparison when IsOfNumbers(comparison, binder):
                return OfNumbers(
                    wanted ? comparison.Operator : Opposite(comparison.Operator),
                    binder.Number(comparison.Left),
                    binder.Number(comparison.Right)
                );
            default:
                var flag = binder.Flag(expression);
                return values => flag(values) == !wanted ? 1 : 0;
        }
    }

    private static bool IsOfNumbers(BinaryExpression comparison, ExpressionBinder binder) =>
        comparison.Operator < BinaryOperator.Plus
        && (binder.KindsOf(comparison.Left) | binder.KindsOf(comparison.Right)) == ValueKinds.Number;

    private static Shortfall OfNumbers(BinaryOperator @operator, NumberOf left, NumberOf right)
    {
        var holds = ExpressionBinder.NumberComparison(@operator);
        return values =>
        {
            if (left(values) is not { } l || right(values) is not { } r || holds(l, r))
                return 0;
            var gap = Math.Abs(l - r);
            return gap == 0 ? 1e-9
                : double.IsFinite(gap) ? gap
                : 1e300;
        };
    }

    private static BinaryOperator Opposite(BinaryOperator @operator) =>
        @operator switch
        {
            BinaryOperator.Equal => BinaryOperator.NotEqual,
            BinaryOperator.NotEqual => BinaryOperator.Equal,
            BinaryOperator.Less => BinaryOperator.GreaterOrEqual,
            BinaryOperator.LessOrEqual => BinaryOperator.Greater,
            BinaryOperator.Greater => BinaryOperator.LessOrEqual,
            _ => BinaryOperator.Less,
        };
}
