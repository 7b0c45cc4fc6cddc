using TuneGraph.Collectives;

namespace TuneGraph;

/// <summary>How the ranks of one trial share the work.</summary>
public enum ParallelStrategy
{
    /// <summary>
    /// Synchronous data parallelism: each rank takes its part of every batch, gradients are summed by all-reduce.
    /// </summary>
    Data,

    /// <summary>k-means: sums and counts of the clusters are exchanged once an iteration.</summary>
    KMeans,

    /// <summary>CoCoA and CoCoA+: convex problems whose ranks exchange one vector a round.</summary>
    Cocoa,

    /// <summary>Local SGD: the ranks' models are averaged every few steps.</summary>
    ModelAverage,

    /// <summary>Federated learning: clients train on rows of their own, a server makes one model of it.</summary>
    Federated,

    /// <summary>Parameter servers: gradients go to sharded servers, waited for or not.</summary>
    ParameterServer,
}

/// <summary>How the ranks of one trial work together.</summary>
public sealed record ParallelSpec
{
    /// <summary>The strategy, as <see cref="Settings"/> say.</summary>
    public ParallelStrategy Strategy => Settings?.Strategy ?? ParallelStrategy.Data;

    /// <summary>The strategy's settings; null, the default, for data parallelism.</summary>
    public StrategyTemplate? Settings { get; init; }

    /// <summary>
    /// Number of ranks of each trial, 1 to 1,024; default 1. The result does not depend on it beyond rounding.
    /// </summary>
    public int WorldSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(WorldSize));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1024, nameof(WorldSize));
            field = value;
        }
    } = 1;

    /// <summary>
    /// How gradients are summed. Default <see cref="AllReduceAlgorithm.Ring"/>; <see cref="AllReduceAlgorithm.Auto"/>
    /// chooses by size and world size. At one world size and algorithm the bits are the same on every run.
    /// </summary>
    public AllReduceAlgorithm AllReduce { get; init; } = AllReduceAlgorithm.Ring;
}
