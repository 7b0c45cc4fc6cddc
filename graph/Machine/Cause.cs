namespace TuneGraph.Graph;

/// <summary>
/// Why a transition happened. Kept as a byte and a subject, because most stories are never read: words are made on
/// demand.
/// </summary>
internal enum Cause : byte
{
    Submitted,
    DependenciesMet,
    DependencyLost,
    Leased,
    Finished,
    Failed,
    RetryDue,
    Retried,
    DependencyErred,
    DependencyCancelled,
    Cancelled,
    Stopped,
    TimedOut,
    WorkerLost,
    Poison,
    NoOneNeedsIt,
    NeededBy,
    WantedAgain,
    ResultLost,
    Stolen,
    StealRefused,
    LateAnswer,
    AttemptEnded,
    Homed,
    Told,
    Returned,
    Crashed,
}

internal static class CauseWords
{
    /// <summary>The cause in words.</summary>
    /// <param name="cause">The kind of cause.</param>
    /// <param name="subject">A task, a worker, a text, or nothing.</param>
    public static string Describe(this Cause cause, object? subject)
    {
        var name = subject switch
        {
            TaskNode task => task.Spec.Key.Value,
            WorkerNode worker => worker.Spec.Id.Value,
            Lease lease => lease.Describe(),
            _ => subject as string ?? "",
        };
        return cause switch
        {
            Cause.Submitted => "submitted",
            Cause.DependenciesMet => "all dependencies have results",
            Cause.DependencyLost => $"the result of dependency '{name}' is gone",
            Cause.Leased => $"leased to {name}",
            Cause.Finished => "finished",
            Cause.Failed => $"failed: {name}",
            Cause.RetryDue => "the back-off is over",
            Cause.Retried => "asked to run again",
            Cause.DependencyErred => $"dependency failed: {name}",
            Cause.DependencyCancelled => $"dependency cancelled: {name}",
            Cause.Cancelled => $"cancelled: {name}",
            Cause.Stopped => "stopped",
            Cause.TimedOut => $"timed out: {name}",
            Cause.WorkerLost => $"lost with worker {name}",
            Cause.Poison => $"held to be poison: {name}",
            Cause.NoOneNeedsIt => "no one needs the result",
            Cause.NeededBy => $"needed again by '{name}'",
            Cause.WantedAgain => "submitted again",
            Cause.ResultLost => $"the result was lost: {name}",
            Cause.Stolen => $"given back by {name}",
            Cause.StealRefused => $"not given back by {name}: it runs there",
            Cause.LateAnswer => $"ignored a late answer: {name}",
            Cause.AttemptEnded => "the old attempt has ended",
            Cause.Homed => $"waits for worker {name}, which holds its inputs",
            Cause.Told => name,
            Cause.Returned => $"handed back: {name}",
            Cause.Crashed => $"its process ended: {name}",
            _ => throw new System.Diagnostics.UnreachableException($"Unhandled cause {cause}."),
        };
    }
}
