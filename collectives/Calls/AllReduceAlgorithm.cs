namespace TuneGraph.Collectives;

/// <summary>How an all-reduce moves its bytes. N is the world size, S the vector's bytes.</summary>
public enum AllReduceAlgorithm
{
    /// <summary>The engine chooses by size, world size and transport.</summary>
    Auto,

    /// <summary>Reduce-scatter and all-gather around a ring: 2(N−1) steps, 2(N−1)/N·S bytes per rank.</summary>
    Ring,

    /// <summary>
    /// Each rank sums its shard over all ranks' vectors, in rank order: one fused pass where memory is shared, one
    /// message per pair and an all-gather elsewhere. 2(N−1)/N·S bytes per rank.
    /// </summary>
    Direct,

    /// <summary>
    /// Recursive halving, then doubling: 2·log₂N steps, 2(N−1)/N·S bytes per rank for N a power of two.
    /// </summary>
    HalvingDoubling,

    /// <summary>Binomial tree to rank 0 and back: 2·⌈log₂N⌉ steps of S bytes. For short vectors.</summary>
    Tree,

    /// <summary>Recursive doubling: ⌈log₂N⌉ steps of S bytes, two more unless N is a power of two. For short
    /// vectors.</summary>
    Doubling,

    /// <summary>
    /// Inside each host, then between hosts, each part of the vector by another rank; 2(H−1) steps cross the network
    /// for H hosts. Hosts are told apart by <see cref="SocketOptions.Address"/>; elsewhere all ranks are on one.
    /// </summary>
    Hierarchical,
}
