namespace TuneGraph.Graph;

/// <summary>
/// One attempt's hold on slots, from <see cref="StartTask"/> until the attempt is known to have ended.
/// </summary>
internal sealed class Lease(int attempt, WorkerNode[] ranks, TimeSpan at, long expectedTicks, bool isStarted)
{
    public int Attempt { get; } = attempt;

    /// <summary>The worker of each rank.</summary>
    public WorkerNode[] Ranks { get; } = ranks;

    public TimeSpan At { get; } = at;

    public long ExpectedTicks { get; } = expectedTicks;

    /// <summary>What its group was charged for it, in slot-seconds by the group's share.</summary>
    public double Charged { get; set; }

    /// <summary>False while the task may still lie in the worker's queue.</summary>
    public bool IsStarted { get; set; } = isStarted;

    public bool IsStealAsked { get; set; }

    /// <summary>A stop was asked for.</summary>
    public bool IsStopping { get; set; }

    /// <summary>A worker of the gang is lost: whatever the rest reports does not count.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Set when the attempt ran out of time: its end counts as this failure.</summary>
    public string? TimeoutReason { get; set; }

    public long RemainingTicks(TimeSpan now) => Math.Max(0, ExpectedTicks - (now - At).Ticks);

    public string Describe() =>
        $"{string.Join(", ", Ranks.Select(worker => worker.Spec.Id.Value).Distinct())} as attempt {Attempt}";
}
