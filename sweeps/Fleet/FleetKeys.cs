using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>How the tasks of all studies are told apart in the one graph of a fleet.</summary>
internal static class FleetKeys
{
    public const string WorkerLabel = "worker";
    public const string ControlPrefix = "scheduler/";

    public static TaskKey Shared(string study, TaskKey key) => $"{study}/{key}";

    public static (string Study, TaskKey Key) Split(TaskKey shared)
    {
        var cut = shared.Value.LastIndexOf('/');
        return (shared.Value[..cut], shared.Value[(cut + 1)..]);
    }

    public static bool IsOf(string study, TaskKey shared) =>
        shared.Value.StartsWith(study + "/", StringComparison.Ordinal);

    /// <summary>
    /// A study's task for the graph: training goes to workers and counts towards the study's share, everything else
    /// stays in the scheduler.
    /// </summary>
    public static TaskSpec Shared(string study, PlannedTask task)
    {
        var isTraining = task.Work is TrainSegment;
        return task.Spec with
        {
            Key = Shared(study, task.Spec.Key),
            Dependencies = [.. task.Spec.Dependencies.Select(key => Shared(study, key))],
            Family = $"{study}/{task.Work.Kind}",
            Group = isTraining ? study : "",
            Placement = isTraining ? GangPlacement.Pack : GangPlacement.OneWorker,
            Constraints = isTraining
                ? new WorkerConstraints { Labels = [WorkerLabel, .. task.Spec.Constraints.Labels] }
                : new WorkerConstraints { Only = [ControlPrefix + study] },
        };
    }

    /// <summary>What a study tells of its own tasks, for the graph.</summary>
    public static GraphEvent Shared(string study, GraphEvent own) =>
        own switch
        {
            TasksCancelled cancelled => cancelled with { Keys = [.. cancelled.Keys.Select(key => Shared(study, key))] },
            TasksForgotten forgotten => forgotten with { Keys = [.. forgotten.Keys.Select(key => Shared(study, key))] },
            TaskFinished finished => finished with { Key = Shared(study, finished.Key) },
            TaskFailed failed => failed with { Key = Shared(study, failed.Key) },
            TaskStopped stopped => stopped with { Key = Shared(study, stopped.Key) },
            _ => throw new ArgumentException($"A study does not tell {own.GetType().Name}.", nameof(own)),
        };
}
