using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>Settings of a <see cref="GraphRunner"/>.</summary>
public sealed record GraphRunnerOptions
{
    /// <summary>How many threads run tasks. At least 1; one for each processor by default.</summary>
    public int Threads
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Threads)); field = value; }
    } = Environment.ProcessorCount;

    /// <summary>
    /// How many tasks a thread may have at hand, those that wait for something without a thread included. At least 1;
    /// 64 by default. 1 keeps strictly to <see cref="Threads"/> tasks at a time, and costs speed with tiny tasks.
    /// </summary>
    public int TasksAtHand
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(TasksAtHand)); field = value; }
    } = 64;

    /// <summary>Bytes of results to hold in memory before they are spilled. 0, the default, sets no limit.</summary>
    public long MemoryLimitBytes
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 0, nameof(MemoryLimitBytes)); field = value; }
    }

    /// <summary>
    /// What the process offers to tasks that ask for more than a thread. Tasks that take of the same are never more
    /// at once than it lasts for. One core for each processor by default.
    /// </summary>
    public ResourceVector Resources { get; init; } = new() { Cores = Environment.ProcessorCount };

    /// <summary>The clock of back-offs and time-outs. The system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Settings of the graph; the saturation is set by <see cref="TasksAtHand"/>, and time
    /// limits are watched by the runner.</summary>
    public TaskGraphOptions Graph { get; init; } = new();
}
