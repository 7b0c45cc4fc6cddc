namespace TuneGraph.Collectives;

/// <summary>
/// How a vector is cut in one shard per rank: shard r is [⌊n·r/N⌋, ⌊n·(r+1)/N⌋), so lengths differ by at most one
/// element.
/// </summary>
/// <param name="Start">First element, inclusive.</param>
/// <param name="Length">Number of elements; 0 where there are more ranks than elements.</param>
public readonly record struct ShardRange(long Start, long Length)
{
    /// <summary>One past the last element.</summary>
    public long End => Start + Length;

    /// <summary>The shard of <paramref name="rank"/> in a vector of <paramref name="elements"/> elements.</summary>
    /// <param name="elements">Length of the whole vector, at least 0.</param>
    /// <param name="rank">0 … <paramref name="worldSize"/> − 1.</param>
    /// <param name="worldSize">Number of shards, at least 1.</param>
    public static ShardRange Of(long elements, int rank, int worldSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elements);
        ArgumentOutOfRangeException.ThrowIfLessThan(worldSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, worldSize);
        return Cut(elements, rank, worldSize);
    }

    // 128-bit product: elements x rank may pass 2^63.
    internal static ShardRange Cut(long elements, int rank, int worldSize)
    {
        var start = (long)((Int128)elements * rank / worldSize);
        return new(start, (long)((Int128)elements * (rank + 1) / worldSize) - start);
    }
}
