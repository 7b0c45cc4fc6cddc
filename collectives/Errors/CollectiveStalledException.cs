using System.Collections.Immutable;

namespace TuneGraph.Collectives;

/// <summary>
/// A collective made no progress for <see cref="ProcessGroupOptions.StallTime"/>; the missing ranks are named.
/// </summary>
public sealed class CollectiveStalledException : CollectiveException
{
    internal CollectiveStalledException(string message, CollectiveCall call, ImmutableArray<int> missing)
        : base(message, call) => MissingRanks = missing;

    /// <summary>
    /// Ranks that have not entered the call, ascending. If all have entered, the ranks that this rank waits for.
    /// </summary>
    public ImmutableArray<int> MissingRanks { get; }
}
