using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>A call whose method is found and whose values are read: ready to be carried out.</summary>
public sealed class BoundCall
{
    private readonly MethodInfo _method;
    private readonly ParameterInfo[] _parameters;
    private readonly object?[] _values;
    private readonly ImmutableDictionary<string, MethodArgument> _arguments;

    [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
    private BoundCall(MethodInfo method, MethodCall call)
    {
        _method = method;
        Call = call;
        _parameters = method.GetParameters();
        _arguments = call.Arguments.ToImmutableDictionary(argument => argument.Name);
        _values = Array.ConvertAll(_parameters, FixedValue);
    }

    /// <summary>The call.</summary>
    public MethodCall Call { get; }

    [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
    internal static BoundCall Of(MethodInfo method, MethodCall call) => new(method, call);

    /// <summary>Carries the call out.</summary>
    /// <param name="resultOf">Gives the results of the tasks that <see cref="MethodCall.Reads"/> names: objects of the
    /// parameter's type, or <see cref="JsonElement"/>s where they come from another process.</param>
    /// <param name="cancellationToken">Handed to the method if it takes one.</param>
    /// <returns>What the method returned, awaited if it is a task; null if it returns nothing.</returns>
    /// <exception cref="TuneGraphException">A result is not of the parameter's type.</exception>
    [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
    public async ValueTask<object?> InvokeAsync(
        Func<TaskKey, object?> resultOf, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(resultOf);
        var values = new object?[_parameters.Length];
        for (var index = 0; index < values.Length; index++)
            values[index] = ValueOf(_parameters[index], _values[index], resultOf, cancellationToken);
        var returned = _method.Invoke(null, BindingFlags.DoNotWrapExceptions, null, values, null);
        if (returned is null || !IsAwaitable(_method.ReturnType))
            return returned;
        var task = returned as Task ?? (Task)returned.GetType().GetMethod("AsTask")!.Invoke(returned, null)!;
        await task.ConfigureAwait(false);
        return _method.ReturnType.IsGenericType ? task.GetType().GetProperty("Result")!.GetValue(task) : null;
    }

    private static bool IsAwaitable(Type type) =>
        type.IsAssignableTo(typeof(Task)) || type == typeof(ValueTask)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));

    [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
    private object? FixedValue(ParameterInfo parameter)
    {
        if (_arguments.GetValueOrDefault(parameter.Name!) is not { } argument)
            return parameter.HasDefaultValue ? parameter.DefaultValue : null;
        if (argument is not ValueArgument { Json: var json })
            return null;
        try
        {
            return JsonSerializer.Deserialize(json, parameter.ParameterType);
        }
        catch (JsonException)
        {
            throw new TuneGraphException(
                $"argument '{argument.Name}' of {Call.Method} must be {parameter.ParameterType.Name}, "
                + $"not {Words.Short(json)}");
        }
    }

    [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
    private object? ValueOf(
        ParameterInfo parameter, object? value, Func<TaskKey, object?> resultOf, CancellationToken cancellationToken)
    {
        if (NamedMethods.IsToken(parameter))
            return cancellationToken;
        return _arguments.GetValueOrDefault(parameter.Name!) switch
        {
            ResultArgument result => As(parameter.ParameterType, result.Task, resultOf),
            ResultsArgument results => ListOf(parameter, results.Tasks, resultOf),
            _ => value,
        };
    }

    [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
    private Array ListOf(ParameterInfo parameter, ImmutableArray<TaskKey> tasks, Func<TaskKey, object?> resultOf)
    {
        var type = parameter.ParameterType;
        var item = type.IsArray ? type.GetElementType() : type.IsGenericType ? type.GetGenericArguments()[0] : null;
        if (item is null || !item.MakeArrayType().IsAssignableTo(type))
        {
            throw new TuneGraphException(
                $"parameter '{parameter.Name}' of {Call.Method} is {type.Name}, which can't take several results; "
                + "make it an array or a read-only list");
        }
        var list = Array.CreateInstance(item, tasks.Length);
        for (var index = 0; index < tasks.Length; index++)
            list.SetValue(As(item, tasks[index], resultOf), index);
        return list;
    }

    [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
    private object? As(Type type, TaskKey task, Func<TaskKey, object?> resultOf) => resultOf(task) switch
    {
        JsonElement json when type != typeof(JsonElement) => json.Deserialize(type),
        null when !type.IsValueType || Nullable.GetUnderlyingType(type) is not null => null,
        { } result when type.IsInstanceOfType(result) => result,
        var other => throw new TuneGraphException(
            $"{Call.Method} takes {type.Name}, but the result of task '{task}' is {other?.GetType().Name ?? "null"}"),
    };
}
