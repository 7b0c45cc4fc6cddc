using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;

namespace TuneGraph;

/// <summary>Takes an expression such as <c>() => Prices.Load(path)</c> apart.</summary>
[RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
internal sealed class NamedExpression
{
    private readonly List<TaskHandle> _reads = [];

    private NamedExpression(MethodCallExpression call)
    {
        Target = call.Method;
        var arguments = ImmutableArray.CreateBuilder<MethodArgument>();
        foreach (var (parameter, given) in call.Method.GetParameters().Zip(call.Arguments))
        {
            if (!NamedMethods.IsToken(parameter))
                arguments.Add(ArgumentOf(parameter, given));
        }
        Call = new MethodCall { Method = NamedMethods.NameOf(Target), Arguments = arguments.ToImmutable() };
    }

    public MethodCall Call { get; }

    public MethodInfo Target { get; }

    /// <summary>The futures whose values the arguments read.</summary>
    public IReadOnlyList<TaskHandle> Reads => _reads;

    public static NamedExpression Read(LambdaExpression lambda)
    {
        ArgumentNullException.ThrowIfNull(lambda);
        if (lambda.Body is not MethodCallExpression call)
        {
            throw new ArgumentException(
                $"'{lambda.Body}' is no call. Give a call of a public static method: () => Module.Load(path).",
                nameof(lambda));
        }
        if (NamedMethods.Fault(call.Method) is { } fault)
        {
            throw new ArgumentException(
                $"'{call.Method.DeclaringType}.{call.Method.Name}' can't be called by name: {fault}. "
                + "Take a public static method of a public type.", nameof(lambda));
        }
        return new NamedExpression(call);
    }

    private MethodArgument ArgumentOf(ParameterInfo parameter, Expression given)
    {
        if (FutureOf(given) is { } future)
            return new ResultArgument(parameter.Name!, Note(future).Key);
        if (given is NewArrayExpression { NodeType: ExpressionType.NewArrayInit, Expressions: { Count: > 0 } items }
            && items.All(item => FutureOf(item) is not null))
        {
            return new ResultsArgument(parameter.Name!, [.. items.Select(item => Note(FutureOf(item)!).Key)]);
        }
        try
        {
            var value = Evaluate(given);
            return new ValueArgument(parameter.Name!, JsonSerializer.Serialize(value, parameter.ParameterType));
        }
        catch (Exception e) when (e is NotSupportedException or JsonException)
        {
            throw new ArgumentException(
                $"The argument '{parameter.Name}' of type {parameter.ParameterType.Name} can't be written as JSON: "
                + $"{e.Message} Pass a path or a key instead, or let a task make it.", e);
        }
    }

    private TaskHandle Note(Expression future)
    {
        var handle = (TaskHandle)Evaluate(future)!;
        _reads.Add(handle);
        return handle;
    }

    /// <summary>The future, where an expression is the value of one.</summary>
    private static Expression? FutureOf(Expression expression) => expression switch
    {
        UnaryExpression { NodeType: ExpressionType.Convert } cast => FutureOf(cast.Operand),
        MemberExpression { Member.Name: nameof(TaskFuture<int>.Value), Expression: { } owner }
            when owner.Type.IsAssignableTo(typeof(TaskHandle)) => owner,
        _ => null,
    };

    private static object? Evaluate(Expression expression) => expression switch
    {
        ConstantExpression constant => constant.Value,
        MemberExpression { Member: FieldInfo field } member =>
            field.GetValue(member.Expression is null ? null : Evaluate(member.Expression)),
        _ => Expression.Lambda<Func<object?>>(Expression.Convert(expression, typeof(object)))
            .Compile(preferInterpretation: true)(),
    };
}
