using System.Numerics;

namespace TuneGraph.Collectives;

/// <summary>
/// Picks the all-reduce algorithm; a function of what is equal on all ranks, so that all pick the same. Where memory is
/// shared the fused pass wins at every size. By messages (medians over TCP and Unix sockets, two-core EPYC guest, us):
/// N=2, 16 KiB: tree 42 and 19, ring 57 and 36; N=4, 16 KiB: tree 169 and 106, halving-doubling 211 and 134, ring 356
/// and 225; N=4, 256 KiB: halving-doubling 333 and 257, tree 350 and 285, ring 460 and 351; from 1 MiB on the ring
/// moves the fewest bytes out of the cache.
/// </summary>
internal sealed class AllReduceChoice
{
    private const long LongestForTree = 64 * 1024;
    private const long LongestForHalving = 512 * 1024;

    private readonly AllReduceAlgorithm _fixed;
    private readonly bool _halves;

    internal AllReduceChoice(ProcessGroupOptions options, int worldSize, bool sharedMemory)
    {
        if (options.SumInRankOrder && options.Algorithm is not (AllReduceAlgorithm.Auto or AllReduceAlgorithm.Direct))
            throw new ArgumentException(
                $"SumInRankOrder cannot be kept by the {options.Algorithm} algorithm; leave Algorithm at Auto or "
                + "Direct.",
                nameof(options));
        var direct = options.SumInRankOrder || (sharedMemory && options.Algorithm == AllReduceAlgorithm.Auto);
        _fixed = direct ? AllReduceAlgorithm.Direct : options.Algorithm;
        _halves = worldSize >= 4 && BitOperations.IsPow2(worldSize);
    }

    internal AllReduceAlgorithm For(long bytes)
    {
        if (_fixed != AllReduceAlgorithm.Auto) return _fixed;
        if (bytes <= LongestForTree) return AllReduceAlgorithm.Tree;
        return _halves && bytes <= LongestForHalving ? AllReduceAlgorithm.HalvingDoubling : AllReduceAlgorithm.Ring;
    }
}
