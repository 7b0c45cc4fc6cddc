namespace TuneGraph.Collectives;

/// <summary>Picks the all-reduce algorithm; a function of what is equal on all ranks, so that all pick the same.</summary>
internal sealed class AllReduceChoice
{
    private readonly AllReduceAlgorithm _fixed;

    internal AllReduceChoice(ProcessGroupOptions options, int worldSize, bool sharedMemory)
    {
        _ = worldSize;
        _fixed = options.Algorithm != AllReduceAlgorithm.Auto ? options.Algorithm
            : sharedMemory ? AllReduceAlgorithm.Direct : AllReduceAlgorithm.Ring;
    }

    internal AllReduceAlgorithm For(long bytes)
    {
        _ = bytes;
        return _fixed;
    }
}
