namespace TuneGraph.Collectives;

/// <summary>One call that one rank carried out.</summary>
/// <param name="Call">What it was.</param>
/// <param name="Rank">Who called.</param>
/// <param name="WorldSize">Ranks of the group.</param>
/// <param name="Start">Beginning, waiting for the other ranks included; see
/// <see cref="CollectiveTimeline.Now"/>.</param>
/// <param name="End">End.</param>
public readonly record struct CollectiveSpan(CollectiveCall Call, int Rank, int WorldSize, long Start, long End)
{
    /// <summary>Bytes of the whole vector, over all ranks where it is cut in shards.</summary>
    public long Bytes =>
        Call.Kind is CollectiveKind.Barrier or CollectiveKind.Split ? 0 : Call.Elements * Call.Element.Bytes();

    /// <summary>
    /// Bytes that the busiest link must carry whatever the algorithm, as nccl-tests count them (doc/PERFORMANCE.md):
    /// 2(N−1)/N·S for all-reduce; (N−1)/N·S for reduce-scatter, all-gather, all-to-all, gather and scatter; S for
    /// broadcast, reduce, send and receive; 0 for the others.
    /// </summary>
    public double BusBytes => Bytes * Call.Kind switch
    {
        CollectiveKind.AllReduce => 2.0 * (WorldSize - 1) / WorldSize,
        CollectiveKind.ReduceScatter or CollectiveKind.AllGather or CollectiveKind.AllToAll or CollectiveKind.Gather
            or CollectiveKind.Scatter => (WorldSize - 1.0) / WorldSize,
        _ => 1,
    };
}
