using System.Globalization;
using System.Text;

namespace TuneGraph;

/// <summary>What the strategies of the trials decided, and predicted beside what was measured.</summary>
internal static class StrategySection
{
    private const string Predicted = "predicted_step_ms";
    private const string Measured = "measured_step_ms";
    private const int ShownTrials = 10;

    /// <summary>Appends the section, if there is anything to tell.</summary>
    public static void Append(StringBuilder report, SweepSummary summary)
    {
        var best = summary.Curves.GetValueOrDefault(summary.Best.Number, []);
        var notes = best.SelectMany(
            record => record.Metrics?.Notes.Select(note => (record.Step, Note: note)) ?? []).ToList();
        var rows = SweepCharts.Ranked(summary).Take(ShownTrials)
            .Select(trial => (trial.Number, Steps: Steps(summary, trial.Number)))
            .Where(row => row.Steps is not null)
            .ToList();
        if (notes.Count == 0 && rows.Count == 0)
            return;
        report.Append("## How the ranks worked together\n\n");
        foreach (var (step, note) in notes)
            report.Append(CultureInfo.InvariantCulture, $"- Trial {summary.Best.Number}, step {step}: {note}\n");
        if (notes.Count > 0)
            report.Append('\n');
        if (rows.Count == 0)
            return;
        report.Append(
            "| trial | a step, predicted | a step, measured (median) | measured / predicted |\n|---|---|---|---|\n");
        foreach (var (number, steps) in rows)
        {
            var (predicted, measured) = steps!.Value;
            report.Append(
                CultureInfo.InvariantCulture,
                $"| {number} | {predicted:G3} ms | {measured:G3} ms | {measured / predicted:0.00} |\n");
        }

        report.Append('\n');
    }

    /// <summary>What was predicted last, and the median of what was measured with it; null for no prediction.</summary>
    private static (double Predicted, double Measured)? Steps(SweepSummary summary, int trial)
    {
        var measures = summary.Curves.GetValueOrDefault(trial, [])
            .Select(record => record.Metrics?.Measures.ToDictionary() ?? [])
            .Where(one => one.ContainsKey(Predicted) && one.ContainsKey(Measured))
            .ToList();
        if (measures.Count == 0)
            return null;
        var predicted = measures[^1][Predicted];
        var measured = measures.Where(one => one[Predicted] == predicted).Select(one => one[Measured]).Order().ToList();
        return (predicted, measured[measured.Count / 2]);
    }
}
