using System.Reflection;

namespace TuneGraph;

/// <summary>What methods may be called by name.</summary>
internal static class NamedMethods
{
    public const string NeedsReflection =
        "Named methods are found by reflection and their arguments are read from JSON. "
        + "In trimmed or ahead-of-time compiled programs give functions to the graph instead.";

    public static string NameOf(MethodInfo method) => $"{method.DeclaringType!.FullName}.{method.Name}";

    /// <summary>Why a method can't be called by name; null if it can.</summary>
    public static string? Fault(MethodInfo method) => method switch
    {
        { IsStatic: false } => "it is no static method",
        { IsPublic: false } or { DeclaringType.IsVisible: false } => "it is not public",
        { IsGenericMethod: true } or { DeclaringType.IsGenericType: true } => "it is generic",
        _ when Array.Exists(method.GetParameters(), parameter => parameter.ParameterType.IsByRef) =>
            "it has ref or out parameters",
        _ => null,
    };

    public static bool IsToken(ParameterInfo parameter) => parameter.ParameterType == typeof(CancellationToken);
}
