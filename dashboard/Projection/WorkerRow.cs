namespace TuneGraph.Dashboard;

/// <summary>What a worker did for a study.</summary>
/// <param name="Name">The worker.</param>
/// <param name="Attempts">How many attempts it made.</param>
/// <param name="Running">How many of them run now.</param>
/// <param name="Bad">How many failed or were lost.</param>
/// <param name="Busy">How long, summed over attempts that ended.</param>
/// <param name="Waited">How long rank 0 of its attempts waited for other ranks.</param>
/// <param name="SentBytes">Payload that rank 0 of its attempts sent to other ranks.</param>
internal sealed record WorkerRow(
    string Name, int Attempts, int Running, int Bad, TimeSpan Busy, TimeSpan Waited, long SentBytes)
{
    /// <summary>Every worker of a study, by its name.</summary>
    public static List<WorkerRow> Of(StudyView view) =>
        Of(view.Work.Attempts, view.TimedSteps());

    private static List<WorkerRow> Of(IEnumerable<StoredAttempt> attempts, ILookup<int, CurvePoint> steps) =>
        [
            .. attempts.GroupBy(attempt => attempt.Worker)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => Of(group.Key, [.. group], steps)),
        ];

    private static WorkerRow Of(string name, List<StoredAttempt> attempts, ILookup<int, CurvePoint> steps)
    {
        var times = attempts.SelectMany(attempt => TimesOf(attempt, steps)).ToList();
        return new WorkerRow(
            name, attempts.Count,
            attempts.Count(attempt => attempt.EndedAt is null),
            attempts.Count(attempt => attempt.State is AttemptState.Failed or AttemptState.Lost),
            TimeSpan.FromSeconds(attempts.Sum(attempt =>
                attempt.EndedAt is { } end ? Math.Max(0, (end - attempt.StartedAt).TotalSeconds) : 0)),
            TimeSpan.FromSeconds(times.Sum(time => time.ExchangeSeconds)),
            times.Sum(time => time.SentBytes));
    }

    // A step belongs to the attempt during which it was reported.
    private static IEnumerable<StepTimes> TimesOf(StoredAttempt attempt, ILookup<int, CurvePoint> steps) =>
        attempt.Trial is { } trial
            ? steps[trial]
                .Where(point => point.At >= attempt.StartedAt && (attempt.EndedAt is not { } end || point.At <= end))
                .Select(point => point.Metrics?.Times).OfType<StepTimes>()
            : [];
}
