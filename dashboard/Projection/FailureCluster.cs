using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>Trials that failed for the same reason, and what their configurations have in common.</summary>
/// <param name="Reason">The reason, numbers left out.</param>
/// <param name="Trials">How many.</param>
/// <param name="Common">Parameters whose range among them is much narrower than among all trials.</param>
internal sealed record FailureCluster(string Reason, int Trials, string Common)
{
    /// <summary>A range counts as narrow when it is at most this share of what all trials span.</summary>
    private const double Narrow = 0.5;

    /// <summary>The clusters of a study, the largest first.</summary>
    public static List<FailureCluster> Of(StudyView view) =>
        [
            .. view.Trials.Where(trial => trial.State is TrialState.Failed or TrialState.Infeasible)
                .GroupBy(trial => Kind(trial.Reason ?? "no reason was told"))
                .Select(group => new FailureCluster(group.Key, group.Count(), CommonOf(view, [.. group])))
                .OrderByDescending(cluster => cluster.Trials),
        ];

    private static string Kind(string reason) =>
        string.Join(' ', reason.Split(' ').Select(word => word.Any(char.IsAsciiDigit) ? "…" : word));

    private static string CommonOf(StudyView view, List<TrialRow> trials)
    {
        if (trials.Count < 2)
            return "";
        var parts = new List<string>();
        foreach (var parameter in view.Space.Parameters)
        {
            var axis = InsightAxis.Of(parameter);
            var here = Places(trials, axis);
            var all = Places(view.Trials, axis);
            if (here.Count < trials.Count || all.Count == 0 || all.Max() == all.Min())
                continue;
            if ((here.Max() - here.Min()) / (all.Max() - all.Min()) <= Narrow)
                parts.Add(Range(trials, axis, here));
        }

        return string.Join(", ", parts);
    }

    private static List<double> Places(IEnumerable<TrialRow> trials, InsightAxis axis) =>
        [
            .. trials.Select(t => t.Configuration.TryGet(axis.Name, out var value) ? axis.At(value) : null)
                .OfType<double>(),
        ];

    private static string Range(List<TrialRow> trials, InsightAxis axis, List<double> places)
    {
        ParameterValue At(double place) => trials[places.IndexOf(place)].Configuration[axis.Name];
        var (low, high) = (Show.Parameter(At(places.Min())), Show.Parameter(At(places.Max())));
        return low == high
            ? $"{axis.Name} = {low}"
            : string.Create(CultureInfo.InvariantCulture, $"{axis.Name} {low} to {high}");
    }
}
