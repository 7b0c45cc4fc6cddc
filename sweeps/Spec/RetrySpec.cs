using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>A kind of failure that another attempt may not repeat.</summary>
public enum RetryReason
{
    /// <summary>
    /// The attempt threw an error. A training that diverged is no such thing: it would diverge again.
    /// </summary>
    Failed,

    /// <summary>The attempt ran out of memory.</summary>
    OutOfMemory,
}

/// <summary>What is changed before an attempt that ran out of memory is repeated.</summary>
public enum MemoryRelief
{
    /// <summary>
    /// Each rank spreads its part of a batch over twice as many passes, from this segment on, as
    /// <c>training.accumulation</c> does: about half the memory for values between layers. The batch, and with it the
    /// meaning of every other setting, stays; only data-parallel training can do so.
    /// </summary>
    SmallerPasses,

    /// <summary>It is repeated on a worker with more memory, if there is one, which it then has for itself.</summary>
    BiggerWorker,
}

/// <summary>
/// Whether a trial that failed is tried again before it counts as failed. Attempts whose process or worker was lost,
/// and those that were handed back, are always tried again and are not counted here.
/// </summary>
public sealed record RetrySpec
{
    /// <summary>Further attempts at a segment after a failure. At least 0; default 0, a failed trial is data.</summary>
    public int Max
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Max));
            field = value;
        }
    }

    /// <summary>
    /// The wait before the first further attempt, which doubles each time, up to five minutes. Default: none.
    /// </summary>
    public TimeSpan Backoff
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(Backoff));
            field = value;
        }
    }

    /// <summary>Which failures are tried again. Default: all kinds.</summary>
    public ImmutableArray<RetryReason> On { get; init; } = [RetryReason.Failed, RetryReason.OutOfMemory];

    /// <summary>
    /// What is done about a shortage of memory, the first that is possible; then attempts are repeated at once, up to
    /// <see cref="Max"/> times a trial, and a trial for which nothing is left fails. Empty, the default, repeats them
    /// as they were.
    /// </summary>
    public ImmutableArray<MemoryRelief> Relief { get; init; } = [];

    /// <inheritdoc/>
    public bool Equals(RetrySpec? other) =>
        other is not null && Max == other.Max && Backoff == other.Backoff && On.SequenceEqual(other.On)
        && Relief.SequenceEqual(other.Relief);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Max, Backoff, On.Length);

    internal bool Covers(FaultKind kind) =>
        kind switch
        {
            FaultKind.Failed => On.Contains(RetryReason.Failed),
            FaultKind.OutOfMemory => On.Contains(RetryReason.OutOfMemory),
            _ => false,
        };
}
