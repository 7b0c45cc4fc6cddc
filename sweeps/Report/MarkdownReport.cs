using System.Globalization;
using System.Text;

namespace TuneGraph;

/// <summary>The report that a person reads first.</summary>
internal static class MarkdownReport
{
    private const int ShownTrials = 10;
    private const int MostShownFront = 25;

    public static string Write(SweepSummary summary, IReadOnlyList<KeyValuePair<string, double>> test, bool hasCurves)
    {
        var (spec, best) = (summary.Spec, summary.Best);
        var report = new StringBuilder();
        report.Append(CultureInfo.InvariantCulture, $"# {spec.Name}\n\n");
        report.Append(
            CultureInfo.InvariantCulture,
            $"The best of {summary.Trials.Length} trials is **trial {best.Number}** with {spec.Objective.Metric} "
            + $"**{best.Value:G6}**"
        );
        report.Append(best.Steps > 0 ? $" after {best.Steps} steps.\n\n" : ".\n\n");
        if (spec.Objectives.Length > 1)
            AppendFront(report, summary);
        AppendTest(report, spec, test);
        AppendBest(report, best);
        report.Append("## How the search went\n\n![Objective by trial](history.svg)\n\n");
        AppendStates(report, summary);
        if (hasCurves)
            report.Append("## Learning curves\n\n![Learning curves](learning-curves.svg)\n\n");
        AppendTop(report, summary);
        StrategySection.Append(report, summary);
        AppendHow(report, spec);
        return report.ToString();
    }

    private static void AppendFront(StringBuilder report, SweepSummary summary)
    {
        string[] metrics = [.. summary.Spec.Objectives.Select(objective => objective.Metric)];
        report.Append(
            CultureInfo.InvariantCulture,
            $"## The front\n\nNo trial is better than one of these {summary.Front.Length} in one objective without "
            + $"being worse in another. `{metrics[0]}` stands first and decides what the best trial is; all of them "
            + $"are in `front.csv`.\n\n![The front](front.svg)\n\n| trial | {string.Join(" | ", metrics)} "
            + $"| configuration |\n|---|{string.Concat(metrics.Select(_ => "---|"))}---|\n"
        );
        foreach (var trial in summary.Front.OrderBy(trial => trial.Value).Take(MostShownFront))
        {
            var values = string.Join(" | ", trial.Values.Select(v => v.ToString("G6", CultureInfo.InvariantCulture)));
            report.Append(
                CultureInfo.InvariantCulture,
                $"| {trial.Number} | {values} | {ConfigurationText.Short(trial.Configuration)} |\n"
            );
        }

        report.Append('\n');
    }

    private static void AppendTest(
        StringBuilder report,
        SweepSpec spec,
        IReadOnlyList<KeyValuePair<string, double>> test
    )
    {
        if (test.Count == 0)
            return;
        report.Append("## On the test split\n\n");
        report.Append(
            spec.Retrain
                ? "The best configuration was trained once more on train and validation data together, then "
                    + "measured on data that it had never seen.\n\n"
                : "The best trial's model, measured on data that it had never seen.\n\n"
        );
        report.Append("| metric | value |\n|---|---|\n");
        foreach (var (name, value) in test)
            report.Append(CultureInfo.InvariantCulture, $"| {name} | {value:G6} |\n");
        report.Append('\n');
    }

    private static void AppendBest(StringBuilder report, TrialSummary best)
    {
        report.Append("## The best configuration\n\n| parameter | value |\n|---|---|\n");
        foreach (var (name, value) in best.Configuration)
            report.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");
        report.Append('\n');
        if (best.Why is { } why)
            report.Append(CultureInfo.InvariantCulture, $"It was proposed by {why}.\n\n");
    }

    private static void AppendStates(StringBuilder report, SweepSummary summary)
    {
        var states = summary
            .Trials.CountBy(trial => trial.State)
            .OrderBy(pair => pair.Key)
            .Select(pair => $"{pair.Value} {pair.Key.ToString().ToLowerInvariant()}");
        report.Append("Trials: ").AppendJoin(", ", states).Append('.');
        if (summary.SharedSteps > 0)
        {
            var computed = summary.Curves.Values.Sum(curve => curve.Count);
            report.Append(
                CultureInfo.InvariantCulture,
                $" {summary.SharedSteps} of {computed} steps were shared with an equal trial instead of being "
                + $"computed again."
            );
        }

        report.Append("\n\n");
    }

    private static void AppendTop(StringBuilder report, SweepSummary summary)
    {
        report.Append(
            CultureInfo.InvariantCulture,
            $"## The best trials\n\n| trial | state | {summary.Spec.Objective.Metric} | steps | configuration |\n"
            + $"|---|---|---|---|---|\n"
        );
        foreach (var trial in SweepCharts.Ranked(summary).Take(ShownTrials))
        {
            report.Append(
                CultureInfo.InvariantCulture,
                $"| {trial.Number} | {trial.State.ToString().ToLowerInvariant()} | {trial.Value:G6} | "
                + $"{trial.Steps} | {ConfigurationText.Short(trial.Configuration)} |\n"
            );
        }

        report.Append("\nAll of them are in `trials.csv`; every step of every trial is in `study.db`.\n\n");
    }

    private static void AppendHow(StringBuilder report, SweepSpec spec)
    {
        report.Append(
            CultureInfo.InvariantCulture,
            $"## How it was made\n\nSampler `{spec.Sampler.Name}`, pruner `{spec.Pruner.Name}`, seed {spec.Seed}.\n"
        );
        if (spec.Source.Length > 0)
            report.Append("The sweep file is kept beside this report as `sweep.yaml`.\n");
    }
}
