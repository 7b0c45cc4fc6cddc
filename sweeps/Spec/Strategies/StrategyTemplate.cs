using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>A way for the ranks of a trial to work together, whose settings may be searched over.</summary>
public abstract record StrategyTemplate
{
    private protected StrategyTemplate() { }

    /// <summary>The strategy in one word.</summary>
    public abstract ParallelStrategy Strategy { get; }

    /// <summary>The strategy of one configuration.</summary>
    public abstract TrainingStrategy In(Configuration configuration);

    /// <summary>The parameters that give settings; null for each fixed setting.</summary>
    internal abstract IEnumerable<string?> References { get; }
}
