using System.Globalization;
using System.Text;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>The best configuration as YAML: parameter names and values, ready to be read by other programs.</summary>
internal static class BestYaml
{
    public static string Write(SweepSpec spec, Trial best)
    {
        var yaml = new StringBuilder();
        yaml.Append(CultureInfo.InvariantCulture, $"# Best of study '{spec.Name}': trial {best.Number}, {spec.Objective.Metric} {best.Value:R}\n");
        foreach (var (name, value) in best.Configuration)
            yaml.Append(name).Append(": ").Append(value.Kind == ParameterKind.Text ? Quoted(value.AsText()) : value.ToString()).Append('\n');
        return yaml.ToString();
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
