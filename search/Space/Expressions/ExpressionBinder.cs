using System.Collections.Immutable;
using System.Diagnostics;

namespace TuneGraph.Search;

/// <summary>A number, given the parameters' values by place; null where it is undecided.</summary>
internal delegate double? NumberOf(ReadOnlySpan<ParameterValue?> values);

/// <summary>Whether something holds, given the parameters' values by place; null where it is undecided.</summary>
internal delegate bool? FlagOf(ReadOnlySpan<ParameterValue?> values);

/// <summary>A value, given the parameters' values by place; null where it is undecided.</summary>
internal delegate ParameterValue? ValueOf(ReadOnlySpan<ParameterValue?> values);

/// <summary>What an expression can give.</summary>
[Flags]
internal enum ValueKinds
{
    Number = 1,
    Text = 2,
    Flag = 4,
}

/// <summary>Checks expressions against the parameters of a space, and makes them ready to be evaluated.</summary>
/// <param name="parameters">The parameters by place.</param>
/// <param name="refuse">Makes the error of a problem.</param>
internal sealed class ExpressionBinder(ImmutableArray<Parameter> parameters, Func<string, Exception> refuse)
{
    /// <summary>The place of a parameter.</summary>
    public int PlaceOf(string name)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            if (parameters[i].Name == name)
                return i;
        }

        throw refuse(
            $"there is no parameter '{name}'; add it or correct the name, or put it in quotes if it is a text"
        );
    }

    /// <summary>What the expression can give.</summary>
    public ValueKinds KindsOf(Expression expression) =>
        expression switch
        {
            LiteralExpression { Value: var value } => KindOf(value),
            NameExpression { Name: var name } => parameters[PlaceOf(name)].Distribution
                is CategoricalDistribution choice
                ? choice.Choices.Aggregate((ValueKinds)0, (kinds, value) => kinds | KindOf(value))
                : ValueKinds.Number,
            UnaryExpression { Operator: UnaryOperator.Minus } or CallExpression => ValueKinds.Number,
            BinaryExpression { Operator: >= BinaryOperator.Plus } => ValueKinds.Number,
            _ => ValueKinds.Flag,
        };

    /// <summary>An expression that is a number.</summary>
    public NumberOf Number(Expression expression)
    {
        switch ((KindsOf(expression) & ValueKinds.Number) == 0 ? null : expression)
        {
            case LiteralExpression { Value: var value }:
                var number = value.AsFloat();
                return _ => number;
            case NameExpression { Name: var name }:
                var place = PlaceOf(name);
                return values =>
                    values[place] is { Kind: ParameterKind.Float or ParameterKind.Int } value ? value.AsFloat() : null;
            case UnaryExpression { Operand: var operand }:
                var inner = Number(operand);
                return values => -inner(values);
            case CallExpression call:
                return Call(call);
            case BinaryExpression binary:
                return Arithmetic(binary.Operator, Number(binary.Left), Number(binary.Right));
            default:
                throw refuse($"{expression} is no number");
        }
    }

    /// <summary>An expression that is true or false.</summary>
    public FlagOf Flag(Expression expression)
    {
        switch ((KindsOf(expression) & ValueKinds.Flag) == 0 ? null : expression)
        {
            case LiteralExpression { Value: var value }:
                var flag = value.AsFlag();
                return _ => flag;
            case NameExpression { Name: var name }:
                var place = PlaceOf(name);
                return values => values[place] is { Kind: ParameterKind.Flag } value ? value.AsFlag() : null;
            case UnaryExpression { Operand: var operand }:
                var inner = Flag(operand);
                return values => !inner(values);
            case MembershipExpression membership:
                return Membership(membership);
            case BinaryExpression { Operator: BinaryOperator.And or BinaryOperator.Or } binary:
                var (left, right) = (Flag(binary.Left), Flag(binary.Right));
                return binary.Operator == BinaryOperator.And
                    ? values => left(values) is var l && l == false ? false : l & right(values)
                    : values => left(values) is var l && l == true ? true : l | right(values);
            case BinaryExpression comparison:
                return Comparison(comparison);
            default:
                throw refuse($"{expression} is neither true nor false; compare it with something");
        }
    }

    private static ValueKinds KindOf(ParameterValue value) =>
        value.Kind switch
        {
            ParameterKind.Text => ValueKinds.Text,
            ParameterKind.Flag => ValueKinds.Flag,
            _ => ValueKinds.Number,
        };

    private static bool Same(ParameterValue a, ParameterValue b) =>
        a == b || (KindOf(a) == ValueKinds.Number && KindOf(b) == ValueKinds.Number && a.AsFloat() == b.AsFloat());

    private static NumberOf Arithmetic(BinaryOperator @operator, NumberOf left, NumberOf right) =>
        @operator switch
        {
            BinaryOperator.Plus => values => left(values) + right(values),
            BinaryOperator.Minus => values => left(values) - right(values),
            BinaryOperator.Times => values => left(values) * right(values),
            BinaryOperator.Over => values => left(values) / right(values),
            BinaryOperator.Modulo => values => left(values) % right(values),
            _ => throw new UnreachableException($"Unhandled operator {@operator}."),
        };

    private NumberOf Call(CallExpression call)
    {
        NumberOf[] arguments = [.. call.Arguments.Select(Number)];
        var function = call.Function.Of;
        return values =>
        {
            var numbers = new double[arguments.Length];
            for (var i = 0; i < numbers.Length; i++)
            {
                if (arguments[i](values) is not { } number)
                    return null;
                numbers[i] = number;
            }

            return function(numbers);
        };
    }

    private FlagOf Comparison(BinaryExpression comparison)
    {
        var (leftKinds, rightKinds) = (KindsOf(comparison.Left), KindsOf(comparison.Right));
        var equality = comparison.Operator is BinaryOperator.Equal or BinaryOperator.NotEqual;
        if (!equality || (leftKinds | rightKinds) == ValueKinds.Number)
        {
            CheckPossible(comparison, equality);
            var (l, r) = (Number(comparison.Left), Number(comparison.Right));
            var compare = NumberComparison(comparison.Operator);
            return values => l(values) is { } a && r(values) is { } b ? compare(a, b) : null;
        }

        if ((leftKinds & rightKinds) == 0)
            throw refuse($"{comparison.Left} can never equal {comparison.Right}: they are of different kinds");
        CheckPossible(comparison, equality);
        var (left, right) = (Value(comparison.Left), Value(comparison.Right));
        var wanted = comparison.Operator == BinaryOperator.Equal;
        return values => left(values) is { } a && right(values) is { } b ? Same(a, b) == wanted : null;
    }

    public static Func<double, double, bool> NumberComparison(BinaryOperator @operator) =>
        @operator switch
        {
            BinaryOperator.Equal => (a, b) => a == b,
            BinaryOperator.NotEqual => (a, b) => a != b,
            BinaryOperator.Less => (a, b) => a < b,
            BinaryOperator.LessOrEqual => (a, b) => a <= b,
            BinaryOperator.Greater => (a, b) => a > b,
            BinaryOperator.GreaterOrEqual => (a, b) => a >= b,
            _ => throw new UnreachableException($"Unhandled operator {@operator}."),
        };

    private ValueOf Value(Expression expression)
    {
        switch (expression)
        {
            case LiteralExpression { Value: var value }:
                return _ => value;
            case NameExpression { Name: var name }:
                var place = PlaceOf(name);
                return values => values[place];
            case var _ when KindsOf(expression) == ValueKinds.Number:
                var number = Number(expression);
                return values => number(values) is { } x ? x : (ParameterValue?)null;
            default:
                var flag = Flag(expression);
                return values => flag(values) is { } f ? f : (ParameterValue?)null;
        }
    }

    private FlagOf Membership(MembershipExpression membership)
    {
        var item = Value(membership.Item);
        var list = membership.Values;
        if (membership.Item is NameExpression { Name: var name })
        {
            var distribution = parameters[PlaceOf(name)].Distribution;
            list = [.. list.Select(value => Possible(name, distribution, value))]; // in the parameter's own kind
            return values => item(values) is { } value ? list.Contains(value) : null;
        }

        return values => item(values) is { } value ? list.Any(listed => Same(listed, value)) : null;
    }

    /// <summary>What equals a parameter must be one of its values.</summary>
    private void CheckPossible(BinaryExpression comparison, bool equality)
    {
        if (!equality)
            return;
        foreach (
            var (one, other) in (ReadOnlySpan<(Expression, Expression)>)
                [(comparison.Left, comparison.Right), (comparison.Right, comparison.Left)]
        )
        {
            if (one is NameExpression { Name: var name } && other is LiteralExpression { Value: var value })
                Possible(name, parameters[PlaceOf(name)].Distribution, value);
        }
    }

    private ParameterValue Possible(string name, Distribution distribution, ParameterValue value)
    {
        var whole =
            value.Kind == ParameterKind.Float && Math.Abs(value.AsFloat()) < 1L << 53 && value.AsFloat() % 1 == 0
                ? (long)value.AsFloat()
                : value;
        return distribution.Contains(value) ? distribution.Coerce(value)
            : distribution.Contains(whole) ? distribution.Coerce(whole)
            : throw refuse($"'{name}' can never be {value}: it is {distribution}");
    }
}
