using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace TuneGraph;

/// <summary>
/// The methods that calls by name may reach: the public static ones of the types that it was given, and no others.
/// Immutable.
/// </summary>
public sealed class MethodCatalog
{
    private readonly ImmutableSortedDictionary<string, ImmutableArray<MethodInfo>> _methods;

    private MethodCatalog(ImmutableSortedDictionary<string, ImmutableArray<MethodInfo>> methods) => _methods = methods;

    /// <summary>No methods at all; <see cref="With"/> adds some.</summary>
    public static MethodCatalog Empty { get; } = new(
        ImmutableSortedDictionary.Create<string, ImmutableArray<MethodInfo>>(StringComparer.Ordinal));

    /// <summary>Full names of the methods, in order.</summary>
    public IEnumerable<string> Names => _methods.Keys;

    /// <summary>This catalogue and the public static methods of a type.</summary>
    /// <param name="type">A public type. Generic methods, and those with ref or out parameters, stay outside.</param>
    public MethodCatalog With(
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)] Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var methods = type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Where(method => NamedMethods.Fault(method) is null)
            .GroupBy(NamedMethods.NameOf);
        return new MethodCatalog(_methods.SetItems(
            methods.Select(group => KeyValuePair.Create(group.Key, group.ToImmutableArray()))));
    }

    /// <summary>Finds the method of a call and reads its arguments.</summary>
    /// <param name="call">The call.</param>
    /// <exception cref="TuneGraphException">There is no such method here, or the arguments don't fit it.</exception>
    [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
    public BoundCall Bind(MethodCall call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return UnknownMethod(call.Method) is { } unknown
            ? throw new TuneGraphException(unknown)
            : BoundCall.Of(Overload(call) ?? throw new TuneGraphException(NoOverload(call)), call);
    }

    /// <summary>What is wrong with a method's name; null if it is known.</summary>
    internal string? UnknownMethod(string method) => _methods.ContainsKey(method)
        ? null
        : $"method '{Words.Short(method)}' is not in the catalogue{Words.DidYouMean(method, Names)}; "
            + $"it has {(_methods.IsEmpty ? "none" : Words.List([.. Names]))}";

    /// <summary>The only overload whose parameters have the names of the arguments.</summary>
    internal MethodInfo? Overload(MethodCall call)
    {
        var fits = _methods[call.Method].Where(method => Fits(method, call)).ToList();
        return fits is [var only] ? only : null;
    }

    internal string NoOverload(MethodCall call) =>
        $"{call.Method} has no single form with the parameters "
        + $"({string.Join(", ", call.Arguments.Select(argument => argument.Name))}); "
        + $"it has {string.Join(" and ", _methods[call.Method].Select(Describe))}";

    private static bool Fits(MethodInfo method, MethodCall call)
    {
        var parameters = method.GetParameters().Where(parameter => !NamedMethods.IsToken(parameter)).ToList();
        var given = call.Arguments.Select(argument => argument.Name).ToHashSet(StringComparer.Ordinal);
        return given.Count == call.Arguments.Length
            && given.IsSubsetOf(parameters.Select(parameter => parameter.Name!))
            && parameters.TrueForAll(parameter => parameter.HasDefaultValue || given.Contains(parameter.Name!));
    }

    private static string Describe(MethodInfo method)
    {
        var parameters = method.GetParameters().Where(parameter => !NamedMethods.IsToken(parameter));
        return $"({string.Join(", ", parameters.Select(parameter =>
            $"{parameter.ParameterType.Name} {parameter.Name}{(parameter.HasDefaultValue ? " = …" : "")}"))})";
    }
}
