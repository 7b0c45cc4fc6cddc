namespace TuneGraph.Collectives;

/// <summary>Settings of <see cref="GradientBuckets{T}"/>. Equal on all ranks.</summary>
public sealed record BucketOptions
{
    /// <summary>
    /// Bytes at which a bucket is closed; a parameter is never split, so a bucket may be longer. Default 4 MiB, which
    /// the in-process and shared-memory sums still find in the cache; PyTorch's default, for networks, is 25 MiB.
    /// </summary>
    public int BucketBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 4, nameof(BucketBytes));
            field = value;
        }
    } = 4 << 20;

    /// <summary>
    /// Bytes at which the first bucket is closed: small, so that sending starts early. Default 1 MiB.
    /// </summary>
    public int FirstBucketBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 4, nameof(FirstBucketBytes));
            field = value;
        }
    } = 1 << 20;

    /// <summary>
    /// Times that the layout is tried out while training begins, to find the <see cref="BucketBytes"/> of the shortest
    /// step; see <see cref="GradientBuckets{T}.IsTuning"/>. Default 0: the sizes stay as given. Needs reducers that
    /// keep no state.
    /// </summary>
    public int TuningSteps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(TuningSteps));
            field = value;
        }
    }

    /// <summary>The clock that steps are timed on. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>
    /// How many buckets may be on their way at once, each through a group of its own, which for sockets means
    /// connections and a thread of their own; at least 1. Default 1: one after the other. More hides the latency of the
    /// network; where memory is shared there is none, and this is ignored.
    /// </summary>
    public int Lanes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Lanes));
            field = value;
        }
    } = 1;
}
