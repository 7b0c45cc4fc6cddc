using TuneGraph.Search;

namespace TuneGraph;

/// <summary>The pictures of a sweep's report.</summary>
internal static class SweepCharts
{
    private const int HighlightedCurves = 8;

    /// <summary>The objective of every trial in the order of the trials, and the best so far.</summary>
    public static string History(SweepSummary summary)
    {
        var metric = summary.Spec.Objective.Metric;
        var shown = summary.Trials.Where(trial => trial.Value is not null).ToList();
        var chart = new SvgChart(
            $"{summary.Spec.Name}: {metric} by trial",
            "trial",
            metric,
            (0, Math.Max(1, summary.Trials.Length - 1)),
            RobustRange([.. shown.Select(trial => trial.Value!.Value)])
        );
        chart.Line(BestSoFar(summary), SvgChart.Orange, 2, name: "best so far");
        Mark(TrialState.Pruned, SvgChart.Grey, 'c', "stopped early");
        Mark(TrialState.Completed, SvgChart.Blue, 'o', "completed");
        return chart.ToString();

        void Mark(TrialState state, string color, char mark, string name) =>
            chart.Marks(
                shown
                    .Where(trial => trial.State == state)
                    .Select(trial => ((double)trial.Number, trial.Value!.Value, Tip(trial))),
                color,
                mark,
                name
            );
    }

    /// <summary>The objective of every trial by step; null when no trial reported steps.</summary>
    public static string? LearningCurves(SweepSummary summary)
    {
        if (summary.Curves.Values.All(curve => curve.Count == 0))
            return null;
        var metric = summary.Spec.Objective.Metric;
        var all = summary.Curves.Values.SelectMany(curve => curve).ToList();
        var chart = new SvgChart(
            $"{summary.Spec.Name}: learning curves",
            "step",
            metric,
            (0, all.Max(record => record.Step)),
            RobustRange([.. all.Select(record => record.Value)])
        );
        var ranked = Ranked(summary).Where(trial => summary.Curves.ContainsKey(trial.Number)).ToList();
        foreach (var trial in Enumerable.Reverse(ranked))
        {
            var rank = ranked.IndexOf(trial);
            var (color, width, opacity) = rank switch
            {
                0 => (SvgChart.Orange, 2.6, 1.0),
                < HighlightedCurves => (SvgChart.Blue, 1.4, 0.75),
                _ => (SvgChart.Grey, 1.0, 0.45),
            };
            chart.Line(
                summary.Curves[trial.Number].Select(record => ((double)record.Step, record.Value)),
                color,
                width,
                opacity
            );
        }

        chart.Line([], SvgChart.Grey, name: "others");
        chart.Line([], SvgChart.Blue, name: "next best");
        chart.Line([], SvgChart.Orange, name: $"best (trial {summary.Best.Number})");
        return chart.ToString();
    }

    /// <summary>Completed trials from best to worst, then the others that have a value.</summary>
    public static IEnumerable<TrialSummary> Ranked(SweepSummary summary)
    {
        var sign = summary.Spec.Objective.Direction == Direction.Minimize ? 1 : -1;
        return summary
            .Trials.Where(trial => trial.Value is not null)
            .OrderBy(trial => trial is { State: TrialState.Completed, IsFeasible: true } ? 0 : 1)
            .ThenBy(trial => sign * trial.Value!.Value)
            .ThenBy(trial => trial.Number);
    }

    private static IEnumerable<(double X, double Y)> BestSoFar(SweepSummary summary)
    {
        double? best = null;
        foreach (var trial in summary.Trials)
        {
            if (trial is { State: TrialState.Completed, IsFeasible: true, Value: { } value })
            {
                var before = best;
                best =
                    before is not { } b ? value
                    : summary.Spec.Objective.Direction == Direction.Minimize ? Math.Min(b, value)
                    : Math.Max(b, value);
                if (before is { } last)
                    yield return (trial.Number, last);
            }

            if (best is { } now)
                yield return (trial.Number, now);
        }
    }

    private static string Tip(TrialSummary trial) =>
        FormattableString.Invariant(
            $"trial {trial.Number} ({trial.State}): {trial.Value:G6} with {trial.Configuration}"
        );

    // One diverged trial must not flatten all others: far outliers are drawn at the chart's edge.
    internal static (double Low, double High) RobustRange(List<double> values)
    {
        if (values.Count == 0)
            return (0, 1);
        values.Sort();
        var (low, high) = (values[0], values[^1]);
        var (q1, q3) = (values[values.Count / 4], values[values.Count * 3 / 4]);
        var reach = 3 * (q3 - q1);
        return reach > 0 ? (Math.Max(low, q1 - reach), Math.Min(high, q3 + reach)) : (low, high);
    }
}
