namespace TuneGraph.Collectives;

/// <summary>
/// Picks the all-reduce algorithm; a function of what is equal on all ranks, so that all pick the same. Where memory is
/// shared the fused pass wins at every size; by messages a measured table decides, and between hosts the hierarchy.
/// </summary>
/// <remarks>
/// Medians over loopback TCP in us, two-core EPYC guest, ranks as processes (more than two share the cores):
/// N=2: 1 KiB doubling 17, ring 35; 64 KiB 17 and 29; 1 MiB 197 and 286 (best runs); 2 MiB 1,376 and 475.
/// N=3: 1 KiB doubling 26, tree 25, halving 50, ring 60; 64 KiB 79, 55, 110, 175; 256 KiB 135, 166, 187, 332; 1 MiB
/// 375, 848, 410, 944.
/// N=4: 1 KiB doubling 47, tree 37, halving 61, ring 134; 64 KiB 118, 122, 238, 311; 256 KiB 302, 271, 762, 255; 1 MiB
/// 2,823, 761, 1,139, 951.
/// N=8: 1 KiB doubling 104, tree 124, halving 238, ring 565; 64 KiB 327, 467, 817, 766; 256 KiB 1,728, 746, 677, 1,014;
/// 1 MiB 6,734, 2,008, 2,464, 1,785.
/// </remarks>
internal sealed class AllReduceChoice
{
    private static readonly (int WorldSize, long Bytes, AllReduceAlgorithm Algorithm)[] _table =
    [
        // Up to so many ranks, up to so many bytes.
        (3, 1 << 20, AllReduceAlgorithm.Doubling),
        (7, 256 << 10, AllReduceAlgorithm.Tree),
        (int.MaxValue, 64 << 10, AllReduceAlgorithm.Doubling),
        (int.MaxValue, 256 << 10, AllReduceAlgorithm.Tree),
    ];

    // Below it a hierarchy's more numerous steps cost more than the network's bytes.
    private const long ShortestForLevels = 64 << 10;

    private readonly AllReduceAlgorithm _fixed;
    private readonly int _worldSize;
    private readonly bool _levels;

    internal AllReduceChoice(ProcessGroupOptions options, Transport transport)
    {
        if (options.SumInRankOrder && options.Algorithm is not (AllReduceAlgorithm.Auto or AllReduceAlgorithm.Direct))
            throw new ArgumentException(
                $"SumInRankOrder cannot be kept by the {options.Algorithm} algorithm; leave Algorithm at Auto or "
                + "Direct.",
                nameof(options));
        var shared = transport.Board is not null;
        var direct = options.SumInRankOrder || (shared && options.Algorithm == AllReduceAlgorithm.Auto);
        _fixed = direct ? AllReduceAlgorithm.Direct : options.Algorithm;
        _levels = transport.Hosts.HasLevels;
        _worldSize = transport.WorldSize;
    }

    internal AllReduceAlgorithm For(long bytes)
    {
        if (_fixed != AllReduceAlgorithm.Auto) return _fixed;
        if (_levels && bytes > ShortestForLevels) return AllReduceAlgorithm.Hierarchical;
        foreach (var (worldSize, longest, algorithm) in _table)
        {
            if (_worldSize <= worldSize && bytes <= longest) return algorithm;
        }
        return AllReduceAlgorithm.Ring;
    }
}
