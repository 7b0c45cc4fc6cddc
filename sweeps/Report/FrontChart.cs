using TuneGraph.Search;

namespace TuneGraph;

/// <summary>The picture of a Pareto front, in the first two objectives.</summary>
internal static class FrontChart
{
    public static string Draw(SweepSummary summary)
    {
        var (x, y) = (summary.Spec.Objectives[0].Metric, summary.Spec.Objectives[1].Metric);
        var shown = summary.Trials.Where(trial => trial.State == TrialState.Completed).ToList();
        var chart = new SvgChart($"{summary.Spec.Name}: {y} against {x}", x, y, Range(shown, 0), Range(shown, 1));
        var front = summary.Front.Select(trial => trial.Number).ToHashSet();
        var others = shown.Where(trial => !front.Contains(trial.Number)).ToList();
        Mark(others.Where(trial => !trial.IsFeasible), SvgChart.Vermilion, 'x', "constraint broken");
        Mark(others.Where(trial => trial.IsFeasible), SvgChart.Grey, 'c', "others");
        if (summary.Spec.Objectives.Length == 2)
            chart.Line(summary.Front.Select(Point).Order(), SvgChart.Orange, 1.4);
        Mark(summary.Front, SvgChart.Blue, 'o', "front");
        return chart.ToString();

        void Mark(IEnumerable<TrialSummary> trials, string color, char mark, string name)
        {
            var points = trials.Select(trial => (trial.Values[0], trial.Values[1], Tip(trial))).ToList();
            chart.Marks(points, color, mark, points.Count > 0 ? name : null);
        }
    }

    private static (double X, double Y) Point(TrialSummary trial) => (trial.Values[0], trial.Values[1]);

    private static (double Low, double High) Range(List<TrialSummary> trials, int objective) =>
        SweepCharts.RobustRange([.. trials.Select(trial => trial.Values[objective])]);

    private static string Tip(TrialSummary trial) =>
        $"trial {trial.Number}: {ConfigurationText.Short(trial.Values)} with {trial.Configuration}";
}
