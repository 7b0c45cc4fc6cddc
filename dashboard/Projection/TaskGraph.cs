using System.Globalization;

namespace TuneGraph.Dashboard;

/// <summary>
/// The graph of a study's tasks, grouped by what they do: tens of thousands of trainings are one box. Which kind waits
/// for which is the plan of every sweep: data, then trials, then the final model, its test, and the export.
/// </summary>
/// <param name="Groups">The boxes, from the left to the right.</param>
/// <param name="CriticalPath">
/// The chain of tasks that took longest from the first to the last; no worker more would have made it shorter.
/// </param>
/// <param name="Pending">Why tasks that do not run wait, a sentence for each reason.</param>
internal sealed record TaskGraph(
    IReadOnlyList<TaskGroup> Groups, IReadOnlyList<PathStep> CriticalPath, IReadOnlyList<string> Pending)
{
    private static readonly string[][] _columns =
        [["data"], ["train", "function"], ["final"], ["evaluate"], ["export"]];

    /// <summary>The graph of a study as it stands.</summary>
    public static TaskGraph Of(StoredStudy study)
    {
        var times = study.Attempts.Where(attempt => attempt.EndedAt is not null)
            .GroupBy(attempt => attempt.TaskKey)
            .ToDictionary(group => group.Key, group => TimeSpan.FromTicks(group.Sum(a => Took(a).Ticks)));
        var groups = new List<TaskGroup>();
        foreach (var (column, kinds) in _columns.Index())
        {
            foreach (var tasks in study.Tasks.Where(task => kinds.Contains(task.Kind)).GroupBy(task => task.Kind))
            {
                var before = groups.Where(group => group.Column < column).ToList();
                var nearest = before.Count == 0 ? -1 : before.Max(group => group.Column);
                groups.Add(new TaskGroup(
                    tasks.Key, column, [.. tasks],
                    TimeSpan.FromTicks(tasks.Sum(task => times.GetValueOrDefault(task.Key).Ticks)),
                    [.. before.Where(group => group.Column == nearest).Select(group => group.Kind)]));
            }
        }

        return new TaskGraph(groups, PathOf(groups, times), Why(study, groups));
    }

    private static TimeSpan Took(StoredAttempt attempt) =>
        attempt.EndedAt is { } ended && ended > attempt.StartedAt ? ended - attempt.StartedAt : TimeSpan.Zero;

    // A trial's segments follow one another; of all trials the longest one counts, of other kinds every task.
    private static List<PathStep> PathOf(List<TaskGroup> groups, Dictionary<string, TimeSpan> times)
    {
        var path = new List<PathStep>();
        foreach (var group in groups)
        {
            var chains = group.Tasks.GroupBy(task => task.Trial).Select(chain => chain.ToList()).ToList();
            var longest = chains.MaxBy(chain => chain.Sum(task => times.GetValueOrDefault(task.Key).Ticks))!;
            path.AddRange(longest.Where(task => times.ContainsKey(task.Key))
                .Select(task => new PathStep(task, times[task.Key])));
        }

        return path;
    }

    private static List<string> Why(StoredStudy study, List<TaskGroup> groups)
    {
        var reasons = new List<string>();
        foreach (var group in groups)
        {
            var waiting = group.CountOf("Waiting");
            if (waiting == 0)
                continue;
            var open = groups.Where(before => group.After.Contains(before.Kind))
                .Where(before => before.CountOf("Waiting") + before.CountOf("Running") > 0)
                .Select(before => before.Kind).ToList();
            var why = study.State != StudyState.Running ? "the study does not run"
                : open.Count > 0 ? $"{string.Join(" and ", open)} must end first"
                : "no slot is free";
            reasons.Add(string.Create(
                CultureInfo.InvariantCulture, $"{waiting} of {group.Kind} wait: {why}."));
        }

        return reasons;
    }
}

/// <summary>A task of the critical path.</summary>
/// <param name="Task">The task.</param>
/// <param name="Time">How long its attempts took.</param>
internal sealed record PathStep(StoredTask Task, TimeSpan Time);
