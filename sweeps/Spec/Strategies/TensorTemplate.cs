using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>Ranks that divide layers; see <see cref="TensorStrategy"/>.</summary>
public sealed record TensorTemplate : StrategyTemplate
{
    /// <inheritdoc/>
    public override ParallelStrategy Strategy => ParallelStrategy.Tensor;

    /// <inheritdoc/>
    public override TensorStrategy In(Configuration configuration) => new();

    internal override IEnumerable<string?> References => [];
}
