using System.Globalization;

namespace TuneGraph.Dashboard;

/// <summary>How long each rank of a trial computed in each of its steps, and whom the others waited for.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Steps">Finished steps with their times, in order; all with as many ranks as the last one.</param>
internal sealed record RankTimes(int Trial, IReadOnlyList<(int Step, StepTimes Times)> Steps)
{
    /// <summary>A rank is a straggler when it computes so much longer than the median of the ranks.</summary>
    private const double Slow = 0.1;

    public int Ranks => Steps[0].Times.RankSeconds.Length;

    /// <summary>Trials of several ranks whose times are known.</summary>
    public static List<int> TrialsOf(StudyView view) =>
        [.. view.TimedSteps().Where(steps => steps.Any(Counts)).Select(steps => steps.Key).Order()];

    /// <summary>The times of a trial; null where none are known.</summary>
    public static RankTimes? Of(StudyView view, int trial)
    {
        var points = view.Curves(trial)[trial].Where(Counts).ToList();
        if (points.Count == 0)
            return null;
        var ranks = points[^1].Metrics!.Times!.RankSeconds.Length;
        return new RankTimes(
            trial,
            [
                .. points.Select(point => (point.Step, Times: point.Metrics!.Times!))
                    .Where(step => step.Times.RankSeconds.Length == ranks),
            ]);
    }

    /// <summary>Who holds the others up, for people.</summary>
    public string Verdict
    {
        get
        {
            var totals = Enumerable.Range(0, Ranks).Select(rank => Steps.Sum(step => step.Times.RankSeconds[rank]))
                .ToList();
            var slowest = totals.IndexOf(totals.Max());
            var ordered = totals.Order().ToList();
            var median = (ordered[(Ranks - 1) / 2] + ordered[Ranks / 2]) / 2;
            var more = median > 0 ? (totals[slowest] / median) - 1 : 0;
            var times = Steps.Count(step => step.Times.RankSeconds.Max() == step.Times.RankSeconds[slowest]);
            var waited = TimeSpan.FromSeconds(Steps.Sum(step =>
                step.Times.RankSeconds.Max() - step.Times.RankSeconds.Average()));
            return more > Slow && 2 * times > Steps.Count
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"Rank {slowest} is the straggler: the slowest in {times} of {Steps.Count} steps, it computed "
                        + $"{more:P0} longer than the median of the ranks. A rank waited {Show.Span(waited)}"
                        + $" on average.")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"No rank is a straggler: rank {slowest} computed longest, {more:P0} longer than the median. For "
                        + $"whoever was slowest in a step, a rank waited {Show.Span(waited)} on average.");
        }
    }

    private static bool Counts(CurvePoint point) => point.Metrics?.Times is { RankSeconds.Length: > 1 };
}
