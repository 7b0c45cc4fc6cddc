using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>Configurations for people.</summary>
public static class ConfigurationText
{
    /// <summary>
    /// A value with real numbers cut to four significant digits; the exact ones are in the store and in every file.
    /// </summary>
    public static string Short(ParameterValue value) =>
        value.Kind == ParameterKind.Float
            ? value.AsFloat().ToString("G4", CultureInfo.InvariantCulture)
            : value.ToString();

    /// <summary>Objectives cut to six significant digits: <c>0.25, 17</c>.</summary>
    public static string Short(ValueList values) =>
        string.Join(", ", values.Select(value => value.ToString("G6", CultureInfo.InvariantCulture)));

    /// <summary>Names and shortened values on one line: <c>width=262, lr=0.002195</c>.</summary>
    public static string Short(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return string.Join(", ", configuration.Items.Select(item => $"{item.Key}={Short(item.Value)}"));
    }
}
