namespace TuneGraph.Dashboard;

/// <summary>A part of the time that workers spent on a study.</summary>
/// <param name="Name">What it was spent on, for people.</param>
/// <param name="Time">How long, summed over attempts.</param>
/// <param name="Share">Of all parts.</param>
/// <param name="Attempts">How many attempts.</param>
internal sealed record WorkerTime(string Name, TimeSpan Time, double Share, int Attempts)
{
    /// <summary>The parts of a study's time, the largest first; attempts that still run are left out.</summary>
    public static List<WorkerTime> Of(StudyView view)
    {
        var ended = view.Study.Attempts.Where(attempt => attempt.EndedAt is not null).ToList();
        var total = ended.Sum(Seconds);
        return
        [
            .. ended.GroupBy(attempt => NameOf(view, attempt))
                .Select(group => new WorkerTime(
                    group.Key, TimeSpan.FromSeconds(group.Sum(Seconds)),
                    total > 0 ? group.Sum(Seconds) / total : 0, group.Count()))
                .OrderByDescending(part => part.Time),
        ];
    }

    private static double Seconds(StoredAttempt attempt) =>
        Math.Max(0, (attempt.EndedAt!.Value - attempt.StartedAt).TotalSeconds);

    private static string NameOf(StudyView view, StoredAttempt attempt) => attempt switch
    {
        { State: AttemptState.Lost } => "attempts that were lost",
        { State: AttemptState.Failed } => "attempts that failed",
        { Trial: null } => "data, final model and export",
        { Trial: { } number } when number < view.Trials.Count =>
            $"trials that are {view.Trials[number].State.ToString().ToLowerInvariant()}",
        _ => "other trials",
    };
}
