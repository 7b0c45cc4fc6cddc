using System.Globalization;
using System.Text;

namespace TuneGraph;

/// <summary>
/// The trials as a table: number, state, one column an objective, last step, one column a parameter, and the reason;
/// where trials told constraints, also whether all are kept; where they are known, what each cost and why it was
/// proposed.
/// </summary>
public static class TrialsCsv
{
    /// <summary>The table as RFC 4180 text with a header row.</summary>
    /// <param name="trials">The trials, one a row.</param>
    /// <param name="metrics">Name of each objective: the heading of its column.</param>
    public static string Write(IReadOnlyList<TrialSummary> trials, params IReadOnlyList<string> metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        var names = trials
            .SelectMany(IEnumerable<string> (trial) => trial.Configuration.Items.Select(item => item.Key))
            .Distinct()
            .ToList();
        string[] feasible = trials.Any(trial => trial.Constraints.Length > 0) ? ["feasible"] : [];
        string[] cost = trials.Any(trial => trial.Cost is not null) ? ["cost"] : [];
        string[] why = trials.Any(trial => trial.Why is not null) ? ["why"] : [];
        var csv = new StringBuilder();
        AppendRow(csv, ["number", "state", .. metrics, "steps", .. feasible, .. names, .. cost, "reason", .. why]);
        foreach (var trial in trials)
        {
            AppendRow(
                csv,
                [
                    trial.Number.ToString(CultureInfo.InvariantCulture),
                    trial.State.ToString().ToLowerInvariant(),
                    .. metrics.Select((_, i) =>
                        i < trial.Values.Length ? trial.Values[i].ToString("R", CultureInfo.InvariantCulture) : ""),
                    trial.Steps.ToString(CultureInfo.InvariantCulture),
                    .. feasible.Select(_ => trial.IsFeasible ? "true" : "false"),
                    .. names.Select(name => trial.Configuration.TryGet(name, out var value) ? value.ToString() : ""),
                    .. cost.Select(_ => trial.Cost?.ToString("R", CultureInfo.InvariantCulture) ?? ""),
                    trial.Reason ?? "",
                    .. why.Select(_ => trial.Why ?? ""),
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
