namespace TuneGraph.Collectives;

/// <summary>Picks the all-reduce algorithm; a function of what is equal on all ranks, so that all pick the same.</summary>
internal sealed class AllReduceChoice
{
    private readonly AllReduceAlgorithm _fixed;

    internal AllReduceChoice(ProcessGroupOptions options, bool sharedMemory)
    {
        if (options.SumInRankOrder && options.Algorithm is not (AllReduceAlgorithm.Auto or AllReduceAlgorithm.Direct))
            throw new ArgumentException(
                $"SumInRankOrder cannot be kept by the {options.Algorithm} algorithm; leave Algorithm at Auto or Direct.",
                nameof(options));
        _fixed = options.SumInRankOrder || sharedMemory && options.Algorithm == AllReduceAlgorithm.Auto
            ? AllReduceAlgorithm.Direct
            : options.Algorithm;
    }

    internal AllReduceAlgorithm For(long bytes)
    {
        if (_fixed != AllReduceAlgorithm.Auto) return _fixed;
        return bytes >= 0 ? AllReduceAlgorithm.Ring : AllReduceAlgorithm.Tree;
    }
}
