using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>Clusters, for the strategy <see cref="KMeansTemplate"/>.</summary>
public sealed record CentroidsTemplate : ModelTemplate
{
    /// <summary>Number of centres, 1 to 65,536. Default 8.</summary>
    public Knob<int> Clusters { get; init; } = 8;

    /// <inheritdoc/>
    public override CentroidsSpec In(Configuration configuration) => new() { Clusters = Clusters.In(configuration) };

    internal override IEnumerable<string?> References => [Clusters.Parameter];

    internal override string Describe() => $"kmeans {Clusters}";
}
