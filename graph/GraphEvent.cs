using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>
/// Something that happened outside and that a <see cref="TaskGraph"/> has to know. The family is closed.
/// </summary>
public abstract record GraphEvent
{
    private protected GraphEvent()
    {
    }

    /// <summary>
    /// When it happened, since the start of the graph. Never goes back: an earlier time counts as the latest one
    /// seen.
    /// </summary>
    public TimeSpan At { get; init; }
}

/// <summary>
/// New tasks; together they are one submission, accepted or refused as a whole. A task that is there already with
/// an equal
/// spec is left alone, but one that was cancelled or released is wanted again.
/// </summary>
/// <param name="Tasks">In any order.</param>
public sealed record TasksSubmitted(ImmutableArray<TaskSpec> Tasks) : GraphEvent;

/// <summary>
/// Tasks that are no longer wanted, and with them all that depend on them. Unknown and closed tasks are ignored.
/// </summary>
/// <param name="Keys">The tasks.</param>
/// <param name="Reason">Why, for the story.</param>
public sealed record TasksCancelled(ImmutableArray<TaskKey> Keys, string Reason) : GraphEvent;

/// <summary>
/// Erred or cancelled tasks that shall run again, with fresh retries, and with them all that erred or was cancelled
/// because of them.
/// </summary>
/// <param name="Keys">The tasks; those in other states are ignored.</param>
public sealed record TasksRetried(ImmutableArray<TaskKey> Keys) : GraphEvent;

/// <summary>No one outside the graph wants these results any more: they are released once no task needs them.</summary>
/// <param name="Keys">The tasks whose results they are; unknown ones are ignored.</param>
public sealed record ResultsDropped(ImmutableArray<TaskKey> Keys) : GraphEvent;

/// <summary>
/// Closed tasks that the graph may forget entirely, to keep its memory bounded. A task that a remembered task
/// depends on
/// stays; name dependents first, or all together.
/// </summary>
/// <param name="Keys">The tasks; unknown and open ones are ignored.</param>
public sealed record TasksForgotten(ImmutableArray<TaskKey> Keys) : GraphEvent;

/// <summary>
/// What a group of tasks may have of the workers, from now on; what runs goes on. A group that nobody has set up has
/// priority 0, share 1 and no quota.
/// </summary>
/// <param name="Group">The group.</param>
public sealed record GroupChanged(TaskGroup Group) : GraphEvent;

/// <summary>
/// A worker offers its slots. A worker that is known already has started anew: what it held counts as lost.
/// </summary>
/// <param name="Worker">The worker.</param>
public sealed record WorkerJoined(WorkerSpec Worker) : GraphEvent;

/// <summary>A worker is gone, and with it its leases and the results that only it held.</summary>
/// <param name="Worker">The worker; an unknown one is ignored.</param>
/// <param name="Reason">Why, for the story.</param>
public sealed record WorkerLost(WorkerId Worker, string Reason) : GraphEvent;

/// <summary>
/// A worker is about to leave: it gets no new tasks, finishes those that it has, and keeps its results until it is
/// lost.
/// </summary>
/// <param name="Worker">The worker; an unknown one is ignored.</param>
public sealed record WorkerRetiring(WorkerId Worker) : GraphEvent;

/// <summary>How much memory a worker uses now.</summary>
/// <param name="Worker">The worker; an unknown one is ignored.</param>
/// <param name="UsedBytes">All memory of its process, in bytes.</param>
public sealed record WorkerMemoryReported(WorkerId Worker, long UsedBytes) : GraphEvent;

/// <summary>
/// A leased task has really begun: it can't be stolen any more. Needed only where a worker is leased more tasks
/// than it has slots.
/// </summary>
/// <param name="Key">The task.</param>
/// <param name="Attempt">The attempt that <see cref="StartTask"/> named.</param>
public sealed record TaskStarted(TaskKey Key, int Attempt) : GraphEvent;

/// <summary>
/// An attempt succeeded; told once for a whole gang, after all its ranks have ended. An old attempt's is ignored.
/// </summary>
/// <param name="Key">The task.</param>
/// <param name="Attempt">The attempt that <see cref="StartTask"/> named.</param>
/// <param name="Bytes">Size of the result.</param>
/// <param name="Duration">How long the attempt ran. Zero is unknown: then the time since <see cref="StartTask"/> is
/// taken.</param>
public sealed record TaskFinished(TaskKey Key, int Attempt, long Bytes = 0, TimeSpan Duration = default) : GraphEvent
{
    /// <summary>
    /// Whether the result lies in a store that outlives workers. False by default: the worker of rank 0 holds it,
    /// and may lose it.
    /// </summary>
    public bool Durable { get; init; }
}

/// <summary>
/// An attempt failed; told once for a whole gang, after all its ranks have ended. An old attempt's is ignored.
/// </summary>
/// <param name="Key">The task.</param>
/// <param name="Attempt">The attempt that <see cref="StartTask"/> named.</param>
/// <param name="Reason">What went wrong.</param>
/// <param name="Retriable">Whether another attempt may do better.</param>
public sealed record TaskFailed(TaskKey Key, int Attempt, string Reason, bool Retriable = true) : GraphEvent;

/// <summary>
/// All ranks of an attempt have ended, as <see cref="StopTask"/> or <see cref="ReleaseGang"/> asked. Its slots are
/// free from here on.
/// </summary>
/// <param name="Key">The task.</param>
/// <param name="Attempt">The attempt.</param>
public sealed record TaskStopped(TaskKey Key, int Attempt) : GraphEvent;

/// <summary>
/// An attempt was handed back without a result and without a fault: its worker has to leave, say. It starts anew, and
/// nothing is counted. Told once for a whole gang, after all its ranks have ended.
/// </summary>
/// <param name="Key">The task.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Reason">Why, for the story.</param>
public sealed record TaskReturned(TaskKey Key, int Attempt, string Reason) : GraphEvent;

/// <summary>
/// The process of an attempt ended without an answer, while its worker lives. It starts anew, and counts towards
/// <see cref="TaskGraphOptions.KillsToPoison"/> as a lost worker does. Told once for a whole gang.
/// </summary>
/// <param name="Key">The task.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Reason">How it ended: the evidence.</param>
public sealed record TaskCrashed(TaskKey Key, int Attempt, string Reason) : GraphEvent;

/// <summary>The answer to <see cref="StealTask"/>.</summary>
/// <param name="Key">The task.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Granted">True: the attempt had not begun and never will. False: it runs, and goes on.</param>
public sealed record StealAnswered(TaskKey Key, int Attempt, bool Granted) : GraphEvent;

/// <summary>Another worker now holds a copy of a result.</summary>
/// <param name="Key">The task whose result it is.</param>
/// <param name="Worker">The worker that has the copy.</param>
/// <param name="Duration">How long the transfer took, to learn the bandwidth. Zero is unknown.</param>
public sealed record ResultCopied(TaskKey Key, WorkerId Worker, TimeSpan Duration = default) : GraphEvent;

/// <summary>A worker lives, but has lost a result, for example to a broken disk.</summary>
/// <param name="Key">The task whose result it is.</param>
/// <param name="Worker">The worker that had it. A result in a durable store is lost whatever the worker.</param>
public sealed record ResultLost(TaskKey Key, WorkerId Worker) : GraphEvent;

/// <summary>The time that <see cref="SetTimer"/> asked for has come. Any event at or after that time does as well; at
/// an earlier time the timer
/// is set again.</summary>
public sealed record TimerFired : GraphEvent;

/// <summary>
/// No task is to start any more. Gracefully: those that run end in peace. By force: they are stopped and all open
/// tasks are cancelled.
/// </summary>
/// <param name="Forceful">Whether running tasks are killed.</param>
public sealed record StopRequested(bool Forceful) : GraphEvent;

/// <summary>Tasks may start again after a stop, for example in a graph restored from a snapshot.</summary>
public sealed record ResumeRequested : GraphEvent;
