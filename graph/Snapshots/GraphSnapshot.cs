using System.Collections.Immutable;
using System.Text.Json;

namespace TuneGraph.Graph;

/// <summary>
/// All that a <see cref="TaskGraph"/> knows between two events, as plain data. A graph restored from it answers the
/// same
/// events with the same instructions as the one it was taken from.
/// </summary>
public sealed record GraphSnapshot
{
    /// <summary>The form that this library writes and reads.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Form of the snapshot.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The latest time that any event told.</summary>
    public required TimeSpan Now { get; init; }

    /// <summary>Bytes per second between workers, as learnt.</summary>
    public required double BandwidthBytesPerSecond { get; init; }

    /// <summary>Order of the next task to be submitted.</summary>
    public required long NextOrder { get; init; }

    /// <summary>Number of the next worker to join.</summary>
    public required long NextWorkerNumber { get; init; }

    /// <summary>Highest attempt of any forgotten task.</summary>
    public required int AttemptFloor { get; init; }

    /// <summary>Whether a stop was requested.</summary>
    public required bool IsStopping { get; init; }

    /// <summary>Whether <see cref="GraphStopped"/> was given.</summary>
    public required bool HasStopped { get; init; }

    /// <summary>What the host's timer is set to.</summary>
    public required TimeSpan? Timer { get; init; }

    /// <summary>All tasks, dependencies before dependents.</summary>
    public required ImmutableArray<TaskSnapshot> Tasks { get; init; }

    /// <summary>All workers, in order of arrival.</summary>
    public required ImmutableArray<WorkerSnapshot> Workers { get; init; }

    /// <summary>Moving averages.</summary>
    public required ImmutableArray<FamilySnapshot> Families { get; init; }

    /// <summary>Groups of tasks, by name.</summary>
    public ImmutableArray<GroupSnapshot> Groups { get; init; } = [];

    /// <summary>How far the groups of each priority are, by priority.</summary>
    public ImmutableArray<ClockSnapshot> Clocks { get; init; } = [];

    /// <summary>What an attempt of an unknown family should take, in ticks of 100 ns; 0 while unknown.</summary>
    public double TypicalTicks { get; init; }

    /// <summary>What is due, earliest first.</summary>
    public required ImmutableArray<DeadlineSnapshot> Deadlines { get; init; }

    /// <summary>Since when the ready tasks that are asked for like this one have been overtaken.</summary>
    public required ImmutableArray<OvertakenSnapshot> Overtaken { get; init; }

    /// <summary>The reservation, if there is one.</summary>
    public required ReservationSnapshot? Reservation { get; init; }

    /// <summary>
    /// The remembered transitions of all tasks that are not forgotten, oldest first; they are numbered anew when
    /// read.
    /// </summary>
    public required ImmutableArray<Transition> Story { get; init; }

    /// <summary>The snapshot as JSON text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, SnapshotJson.Default.GraphSnapshot);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">JSON text.</param>
    /// <exception cref="GraphException">The text is not a snapshot, or of a form that this library does not
    /// read.</exception>
    public static GraphSnapshot FromJson(string json)
    {
        GraphSnapshot? snapshot;
        try
        {
            snapshot = JsonSerializer.Deserialize(json, SnapshotJson.Default.GraphSnapshot);
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            throw new GraphException($"The text is not a graph snapshot: {exception.Message}");
        }
        return snapshot is { Version: CurrentVersion }
            ? snapshot
            : throw new GraphException(
                $"The snapshot has version {snapshot?.Version}; this library reads version {CurrentVersion}.");
    }
}

/// <summary>A task in a <see cref="GraphSnapshot"/>.</summary>
/// <param name="Spec">Its spec.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Order">Position in graph order.</param>
/// <param name="Attempt">Number of the latest attempt.</param>
public sealed record TaskSnapshot(TaskSpec Spec, TaskState State, long Order, int Attempt)
{
    /// <summary>Workers that hold the result, the first holder first.</summary>
    public ImmutableArray<WorkerId> Holders { get; init; } = [];

    /// <summary>Size of the result.</summary>
    public long Bytes { get; init; }

    /// <summary>Whether the result lies in a durable store.</summary>
    public bool IsDurable { get; init; }

    /// <summary>Whether no one outside wants the result.</summary>
    public bool IsDropped { get; init; }

    /// <summary>Whether its holder was told to move the result to disk.</summary>
    public bool IsSpilled { get; init; }

    /// <summary>Whether it waits for <see cref="RetryAt"/>.</summary>
    public bool IsBackingOff { get; init; }

    /// <summary>When the back-off ends.</summary>
    public TimeSpan RetryAt { get; init; }

    /// <summary>Retriable failures since the last success.</summary>
    public int Failures { get; init; }

    /// <summary>The last failure, or why it was cancelled.</summary>
    public string? Reason { get; init; }

    /// <summary>Evidence of workers lost under it.</summary>
    public ImmutableArray<string> Kills { get; init; } = [];

    /// <summary>The busy worker that it waits for.</summary>
    public WorkerId? Home { get; init; }

    /// <summary>The slots that it takes.</summary>
    public LeaseSnapshot? Lease { get; init; }
}

/// <summary>A lease in a <see cref="GraphSnapshot"/>.</summary>
/// <param name="Attempt">The attempt that holds it.</param>
/// <param name="Ranks">The worker of each rank; some may be lost.</param>
/// <param name="At">When it began.</param>
/// <param name="Expected">How long it should take.</param>
public sealed record LeaseSnapshot(int Attempt, ImmutableArray<WorkerId> Ranks, TimeSpan At, TimeSpan Expected)
{
    /// <summary>What its group was charged for it, in slot-seconds by the group's share.</summary>
    public double Charged { get; init; }

    /// <summary>Whether the task is known to have begun.</summary>
    public bool IsStarted { get; init; }

    /// <summary>Whether it was asked back.</summary>
    public bool IsStealAsked { get; init; }

    /// <summary>Whether it was asked to stop.</summary>
    public bool IsStopping { get; init; }

    /// <summary>Whether the gang has lost a worker.</summary>
    public bool IsBroken { get; init; }

    /// <summary>Why it counts as timed out.</summary>
    public string? TimeoutReason { get; init; }
}

/// <summary>A worker in a <see cref="GraphSnapshot"/>.</summary>
/// <param name="Spec">Its spec.</param>
/// <param name="Number">Order of arrival.</param>
/// <param name="IsPaused">Whether it is short of memory.</param>
/// <param name="IsRetiring">Whether it is about to leave.</param>
public sealed record WorkerSnapshot(WorkerSpec Spec, long Number, bool IsPaused, bool IsRetiring);

/// <summary>Moving averages of a family in a <see cref="GraphSnapshot"/>.</summary>
/// <param name="Name">The family.</param>
/// <param name="DurationTicks">Mean duration in ticks of 100 ns; below 0 while unknown.</param>
/// <param name="Bytes">Mean size of a result; below 0 while unknown.</param>
public sealed record FamilySnapshot(string Name, double DurationTicks, double Bytes);

/// <summary>Something due in a <see cref="GraphSnapshot"/>.</summary>
/// <param name="Kind">What is due: <c>Retry</c>, <c>Timeout</c> or <c>Force</c>.</param>
/// <param name="Key">The task.</param>
/// <param name="Attempt">The attempt that it is about.</param>
/// <param name="Due">When.</param>
public sealed record DeadlineSnapshot(string Kind, TaskKey Key, int Attempt, TimeSpan Due);

/// <summary>A shape of tasks that are being overtaken, in a <see cref="GraphSnapshot"/>.</summary>
/// <param name="Like">A ready task that asks for the same.</param>
/// <param name="Since">Since when.</param>
public sealed record OvertakenSnapshot(TaskKey Like, TimeSpan Since);

/// <summary>The reservation in a <see cref="GraphSnapshot"/>.</summary>
/// <param name="Like">A ready task of the shape that it is for.</param>
/// <param name="Start">When that task should be able to start.</param>
/// <param name="Ranks">The worker of each rank that room is kept for.</param>
public sealed record ReservationSnapshot(TaskKey Like, TimeSpan Start, ImmutableArray<WorkerId> Ranks);
