using System.Globalization;
using System.Text;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>The best configuration as YAML: parameter names and values, ready to be read by other programs.</summary>
public static class BestYaml
{
    /// <summary>One line a parameter, after a comment that says where it comes from.</summary>
    /// <param name="study">Name of the study.</param>
    /// <param name="best">The trial.</param>
    /// <param name="metrics">Name of each objective.</param>
    public static string Write(string study, TrialSummary best, params IReadOnlyList<string> metrics)
    {
        ArgumentNullException.ThrowIfNull(best);
        var values = metrics.Zip(best.Values, (metric, value) => FormattableString.Invariant($"{metric} {value:R}"));
        var yaml = new StringBuilder();
        yaml.Append(
            CultureInfo.InvariantCulture,
            $"# Best of study '{study}': trial {best.Number}, {string.Join(", ", values)}\n"
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
