using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>Something that the host of a <see cref="TaskGraph"/> has to do. The family is closed.</summary>
public abstract record Instruction
{
    private protected Instruction()
    {
    }
}

/// <summary>Start an attempt. Answered by <see cref="TaskFinished"/>, <see cref="TaskFailed"/> or <see cref="TaskStopped"/>.</summary>
/// <param name="Key">The task.</param>
/// <param name="Attempt">Number of the attempt, from 1 and rising; every start of a task has its own.</param>
/// <param name="Ranks">Where each rank runs.</param>
public sealed record StartTask(TaskKey Key, int Attempt, ImmutableArray<Placement> Ranks) : Instruction;

/// <summary>Stop an attempt on all its ranks. Answered like a start; its slots count as taken until then.</summary>
/// <param name="Key">The task.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Forceful">False: ask it to stop. True: kill it.</param>
/// <param name="Reason">Why.</param>
public sealed record StopTask(TaskKey Key, int Attempt, bool Forceful, string Reason) : Instruction;

/// <summary>
/// A gang has lost a worker: its surviving ranks must leave their collectives and end. Answered by <see cref="TaskStopped"/>
/// once all have; the task starts anew after that.
/// </summary>
/// <param name="Key">The task.</param>
/// <param name="Attempt">The broken attempt.</param>
/// <param name="Survivors">The workers that still run ranks of it, each named once.</param>
/// <param name="Reason">Why.</param>
public sealed record ReleaseGang(TaskKey Key, int Attempt, ImmutableArray<WorkerId> Survivors, string Reason) : Instruction;

/// <summary>Ask a worker to give back a task that it has not begun. Answered by <see cref="StealAnswered"/>.</summary>
/// <param name="Key">The task.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="Victim">The worker that has it.</param>
public sealed record StealTask(TaskKey Key, int Attempt, WorkerId Victim) : Instruction;

/// <summary>A task's result is there, for those who await it. No answer.</summary>
/// <param name="Key">The task.</param>
public sealed record TaskSucceeded(TaskKey Key) : Instruction;

/// <summary>A task has failed for good, for those who await it. No answer.</summary>
/// <param name="Key">The task.</param>
/// <param name="Reason">What went wrong; for a task that never ran, which dependency failed and why.</param>
public sealed record TaskErred(TaskKey Key, string Reason) : Instruction;

/// <summary>A task is cancelled, for those who await it. No answer.</summary>
/// <param name="Key">The task.</param>
/// <param name="Reason">Why.</param>
public sealed record TaskCancelled(TaskKey Key, string Reason) : Instruction;

/// <summary>No one needs a result: delete it. No answer.</summary>
/// <param name="Key">The task whose result it is.</param>
/// <param name="Holders">The workers that hold it; empty for a durable store.</param>
public sealed record ReleaseResult(TaskKey Key, ImmutableArray<WorkerId> Holders) : Instruction;

/// <summary>Send <see cref="TimerFired"/> at a time. Replaces the timer set before. No other answer.</summary>
/// <param name="Due">Since the start of the graph.</param>
public sealed record SetTimer(TimeSpan Due) : Instruction;

/// <summary>A worker is short of memory: it must not begin tasks that it was leased and has not begun. No answer.</summary>
/// <param name="Worker">The worker.</param>
public sealed record PauseWorker(WorkerId Worker) : Instruction;

/// <summary>A paused worker may go on. No answer.</summary>
/// <param name="Worker">The worker.</param>
public sealed record ResumeWorker(WorkerId Worker) : Instruction;

/// <summary>A worker shall move results from memory to disk; it goes on holding them. No answer.</summary>
/// <param name="Worker">The worker.</param>
/// <param name="Keys">The tasks whose results they are: those needed last, first.</param>
public sealed record SpillResults(WorkerId Worker, ImmutableArray<TaskKey> Keys) : Instruction;

/// <summary>A stop was requested, and no lease is left. No answer.</summary>
public sealed record GraphStopped : Instruction;
