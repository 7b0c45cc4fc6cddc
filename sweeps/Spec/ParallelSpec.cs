using TuneGraph.Collectives;
using TuneGraph.Search;
using TuneGraph.Training;

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

    /// <summary>Ranks have some consecutive layers each and hand values and gradients of micro-batches on.</summary>
    Pipeline,

    /// <summary>Ranks divide layers: linear pairs by units, attention by heads.</summary>
    Tensor,

    /// <summary>Parts of the batch, stages and divided layers at once, on a mesh of ranks.</summary>
    Mixed,

    /// <summary>The planner's choice.</summary>
    Auto,
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
    /// Threads of each rank, 1 to 256; default 1, which suits trials that run side by side. The result is the same bits
    /// for any number.
    /// </summary>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Threads));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 256, nameof(Threads));
            field = value;
        }
    } = 1;

    /// <summary>
    /// How gradients are summed. Default <see cref="AllReduceAlgorithm.Auto"/>: where ranks share memory, in one pass
    /// and in rank order, several times as fast as by messages; else by size and world size. At one world size and
    /// algorithm the bits are the same on every run.
    /// </summary>
    public AllReduceAlgorithm AllReduce { get; init; } = AllReduceAlgorithm.Auto;

    /// <summary>What the ranks reach each other by. Default <see cref="GangTransport.Auto"/>.</summary>
    public GangTransport Transport { get; init; } = GangTransport.Auto;

    /// <summary>How gradients are compressed on their way. Default not at all.</summary>
    public CompressionTemplate Compression { get; init; } = new();

    /// <summary>
    /// What the ranks divide instead of keeping it each: 0, the default, nothing; 1 the optimizer's state; 2 the
    /// gradients as well. Not with compression.
    /// </summary>
    public Knob<int> Zero { get; init; } = 0;

    /// <summary>Whether slow ranks give rows to fast ones after every epoch. Default false.</summary>
    public bool Balance { get; init; }

    /// <summary>Bytes of gradient that are exchanged at a time, at least 1,024. Default 256 KiB.</summary>
    public Knob<int> BucketBytes { get; init; } = new ExchangeSpec().BucketBytes;

    /// <summary>
    /// Whether gradients are exchanged beside the backward pass. Default where ranks talk by messages.
    /// </summary>
    public OverlapMode Overlap { get; init; }

    /// <summary>
    /// Whether each rank's thread is bound to a processor of its own, on Linux; only where trials run one at a time and
    /// there are processors enough. Default false: on a machine that does other work a thread must be able to make way.
    /// </summary>
    public bool Pin { get; init; }

    /// <summary>
    /// The ranks compare hashes of their parameters after every so many steps; 0, the default, never. It changes no
    /// result: ranks that differ end the trial.
    /// </summary>
    public int HashEvery
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(HashEvery));
            field = value;
        }
    }

    /// <summary>
    /// So many first steps of each trial are computed once more by one rank alone, and their difference, bytes and
    /// bubble told beside what the formulas say; 0, the default, for none.
    /// </summary>
    public int VerifySteps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(VerifySteps));
            field = value;
        }
    }

    internal VerificationSpec? Verification => VerifySteps > 0 || HashEvery > 0
        ? new VerificationSpec { Steps = VerifySteps, HashEvery = HashEvery > 0 ? HashEvery : VerifySteps }
        : null;

    /// <summary>The exchange of one configuration.</summary>
    public ExchangeSpec In(Configuration configuration) =>
        new()
        {
            Overlap = Overlap,
            BucketBytes = BucketBytes.In(configuration),
            Compression = Compression.In(configuration),
            Zero = Zero.In(configuration),
            Balance = Balance,
        };

    internal IEnumerable<string?> References =>
    [
        Zero.Parameter, BucketBytes.Parameter, .. Compression.References, .. Settings?.References ?? [],
    ];
}
