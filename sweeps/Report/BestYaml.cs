using System.Globalization;
using System.Text;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>The best configuration as YAML: parameter names and values, ready to be read by other programs.</summary>
public static class BestYaml
{
    /// <summary>One line a parameter, after a comment that says where it comes from.</summary>
    /// <param name="study">Name of the study.</param>
    /// <param name="metric">Name of the objective.</param>
    /// <param name="best">The trial.</param>
    public static string Write(string study, string metric, TrialSummary best)
    {
        var yaml = new StringBuilder();
        yaml.Append(
            CultureInfo.InvariantCulture,
            $"# Best of study '{study}': trial {best.Number}, {metric} {best.Value:R}\n"
        );
        foreach (var (name, value) in best.Configuration)
            yaml.Append(name)
                .Append(": ")
                .Append(value.Kind == ParameterKind.Text ? Quoted(value.AsText()) : value.ToString())
                .Append('\n');
        return yaml.ToString();
    }

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
