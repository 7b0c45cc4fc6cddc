using System.Globalization;

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
        var ended = Ended(view);
        var parts = ended.GroupBy(attempt => NameOf(view, attempt))
            .Select(group => (group.Key, Seconds: group.Sum(Seconds), Count: group.Count()))
            .Append(("free slots, between a worker's first attempt and its last", FreeSeconds(ended).Free, 0));
        return Shares(parts);
    }

    /// <summary>What attempts at trials did, as rank 0 of each saw it; empty where no program measured it.</summary>
    public static List<WorkerTime> OfTraining(StudyView view)
    {
        var times = view.TimedSteps().SelectMany(steps => steps).Select(point => point.Metrics?.Times)
            .OfType<StepTimes>().ToList();
        if (times.Count == 0)
            return [];
        var (compute, exchange, optimizer) = (
            times.Sum(time => time.ComputeSeconds), times.Sum(time => time.ExchangeSeconds),
            times.Sum(time => time.OptimizerSeconds));
        var all = Ended(view).Where(attempt => attempt.Trial is not null).ToList();
        var rest = Math.Max(0, all.Sum(Seconds) - compute - exchange - optimizer);
        return Shares(
        [
            ("forward and backward passes", compute, all.Count), ("change of the parameters", optimizer, all.Count),
            ("exchange between ranks, waiting included", exchange, all.Count(attempt => attempt.Ranks > 1)),
            ("all else: data, validation, checkpoints, waiting for a processor", rest, all.Count),
        ]);
    }

    /// <summary>What more slots would have brought, for people; null before anything has ended.</summary>
    public static string? MoreSlots(StudyView view)
    {
        var ended = Ended(view);
        if (ended.Count == 0)
            return null;
        var took = ended.Max(attempt => attempt.EndedAt!.Value) - ended.Min(attempt => attempt.StartedAt);
        var slots = FreeSeconds(ended).Slots;
        var chain = TaskGraph.Of(view.Work).CriticalPath.Sum(step => step.Time.TotalSeconds);
        var least = TimeSpan.FromSeconds(Math.Max(chain, ended.Sum(Seconds) / (2 * slots)));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"It took {Show.Span(took)} with {slots} {(slots == 1 ? "slot" : "slots")}. With twice as many it would "
                + $"take {Show.Span(least < took ? least : took)} at best; its longest chain of tasks takes "
                + $"{Show.Span(TimeSpan.FromSeconds(chain))}.");
    }

    private static List<StoredAttempt> Ended(StudyView view) =>
        [.. view.Work.Attempts.Where(attempt => attempt.EndedAt is not null)];

    private static List<WorkerTime> Shares(IEnumerable<(string Name, double Seconds, int Count)> parts)
    {
        var some = parts.Where(part => part.Seconds > 0).ToList();
        var total = some.Sum(part => part.Seconds);
        return
        [
            .. some.Select(part => new WorkerTime(
                    part.Name, TimeSpan.FromSeconds(part.Seconds), part.Seconds / total, part.Count))
                .OrderByDescending(part => part.Time),
        ];
    }

    // A worker has as many slots as it ever had attempts at the same time.
    private static (double Free, int Slots) FreeSeconds(List<StoredAttempt> ended)
    {
        var (free, all) = (0.0, 0);
        foreach (var worker in ended.GroupBy(attempt => attempt.Worker))
        {
            var ends = new PriorityQueue<int, DateTimeOffset>();
            var slots = 0;
            foreach (var attempt in worker.OrderBy(attempt => attempt.StartedAt))
            {
                while (ends.TryPeek(out _, out var first) && first <= attempt.StartedAt)
                    ends.Dequeue();
                ends.Enqueue(attempt.Number, attempt.EndedAt!.Value);
                slots = Math.Max(slots, ends.Count);
            }

            var there = worker.Max(attempt => attempt.EndedAt!.Value) - worker.Min(attempt => attempt.StartedAt);
            free += Math.Max(0, (slots * there.TotalSeconds) - worker.Sum(Seconds));
            all += slots;
        }

        return (free, Math.Max(1, all));
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
