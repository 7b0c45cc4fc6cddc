namespace TuneGraph.Collectives;

/// <summary>Settings that every kind of group has. All ranks must use the same.</summary>
public record ProcessGroupOptions
{
    /// <summary>
    /// How long a call may wait without any progress before it throws <see cref="CollectiveStalledException"/>, which
    /// names the missing ranks. Default 60 s; above 0. <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.
    /// </summary>
    public TimeSpan StallTime
    {
        get;
        init
        {
            if (value <= TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
                throw new ArgumentOutOfRangeException(
                    nameof(StallTime), value, "The stall time must be above 0, or Timeout.InfiniteTimeSpan for never.");
            field = value;
        }
    } = TimeSpan.FromSeconds(60);

    /// <summary>The clock that the stall time is measured on. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The all-reduce algorithm. Default <see cref="AllReduceAlgorithm.Auto"/>.</summary>
    public AllReduceAlgorithm Algorithm { get; init; } = AllReduceAlgorithm.Auto;

    /// <summary>
    /// Whether all-reduce adds the ranks' values strictly in rank order, ((x₀ + x₁) + x₂) + …, so that the bits do not
    /// depend on vector length or transport. Limits <see cref="AllReduceAlgorithm.Auto"/> to
    /// <see cref="AllReduceAlgorithm.Direct"/>; another <see cref="Algorithm"/> is refused. Default false: bits then
    /// repeat for equal lengths, world size, transport and settings.
    /// </summary>
    public bool SumInRankOrder { get; init; }

    /// <summary>
    /// Whether every message carries CRC-32C sums of its header and values, so that bytes that changed on the way
    /// end the call with <see cref="CollectiveCorruptedException"/> instead of giving wrong results. Lost, repeated and
    /// reordered messages are found in any case. Default false: TCP has sums of its own, TLS has better ones. Costs one
    /// more pass over the values at both ends; has no effect where memory is shared.
    /// </summary>
    public bool CheckMessages { get; init; }

    /// <summary>
    /// Where this process notes what it called and how long it took. May serve several members. Default null: nowhere.
    /// </summary>
    public CollectiveTimeline? Timeline { get; init; }
}
