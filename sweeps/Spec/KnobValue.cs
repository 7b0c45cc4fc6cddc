using System.Globalization;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// Reads the values of a search space as settings. Enumerations are written in lower camel case, as in YAML.
/// </summary>
internal static class KnobValue
{
    public static T Read<T>(ParameterValue value)
        where T : struct
    {
        if (typeof(T) == typeof(double))
            return (T)(object)value.AsFloat();
        if (typeof(T) == typeof(int))
            return (T)(object)checked((int)value.AsInt());
        if (typeof(T) == typeof(bool))
            return (T)(object)value.AsFlag();
        return ReadName<T>(value.AsText());
    }

    public static T ReadName<T>(string name)
        where T : struct
    {
        var names = Names<T>();
        var index = Array.FindIndex(names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        return index >= 0
            ? Enum.Parse<T>(Enum.GetNames(typeof(T))[index])
            : throw new FormatException($"'{name}' is none of {string.Join(", ", names)}.");
    }

    /// <summary>The names of an enumeration as YAML writes them; empty for numbers and flags.</summary>
    public static string[] Names<T>()
        where T : struct => typeof(T).IsEnum ? Array.ConvertAll(Enum.GetNames(typeof(T)), Camel) : [];

    public static string Write<T>(T value)
        where T : struct =>
        value switch
        {
            bool flag => flag ? "true" : "false",
            Enum => Camel(value.ToString()!),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString()!,
        };

    // Each is one word in the field.
    private static string Camel(string name) =>
        name is nameof(PipelineSchedule.OneForwardOneBackward)
            ? "1f1b"
            : name is nameof(PipelineSchedule.GPipe)
            or nameof(OptimizerKind.AdamW) or nameof(OptimizerKind.RmsProp) or nameof(CompressionKind.BFloat16)
            or nameof(CompressionKind.OneBit) or nameof(CompressionKind.TwoBit) or nameof(CompressionKind.TopK)
            or nameof(CompressionKind.PowerSgd)
            ? name.ToLowerInvariant()
            : char.ToLowerInvariant(name[0]) + name[1..];
}
