using System.Globalization;
using System.Text;

namespace TuneGraph;

/// <summary>The trials as a table: number, state, value, last step, one column a parameter, and the reason.</summary>
public static class TrialsCsv
{
    /// <summary>The table as RFC 4180 text with a header row.</summary>
    /// <param name="trials">The trials, one a row.</param>
    /// <param name="metric">Name of the objective: the heading of its column.</param>
    public static string Write(IReadOnlyList<TrialSummary> trials, string metric)
    {
        var names = trials
            .SelectMany(IEnumerable<string> (trial) => trial.Configuration.Items.Select(item => item.Key))
            .Distinct()
            .ToList();
        var csv = new StringBuilder();
        AppendRow(csv, ["number", "state", metric, "steps", .. names, "reason"]);
        foreach (var trial in trials)
        {
            AppendRow(
                csv,
                [
                    trial.Number.ToString(CultureInfo.InvariantCulture),
                    trial.State.ToString().ToLowerInvariant(),
                    trial.Value?.ToString("R", CultureInfo.InvariantCulture) ?? "",
                    trial.Steps.ToString(CultureInfo.InvariantCulture),
                    .. names.Select(name => trial.Configuration.TryGet(name, out var value) ? value.ToString() : ""),
                    trial.Reason ?? "",
                ]
            );
        }

        return csv.ToString();
    }

    // RFC 4180: quotes around fields that need them, quotes inside doubled.
    private static void AppendRow(StringBuilder csv, IEnumerable<string> fields)
    {
        csv.AppendJoin(
            ',',
            fields.Select(field =>
                field.AsSpan().IndexOfAny(",\"\r\n") < 0
                    ? field
                    : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            )
        );
        csv.Append('\n');
    }
}
