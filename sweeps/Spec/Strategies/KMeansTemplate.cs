using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>k-means over the ranks; see <see cref="KMeansStrategy"/>, whose defaults these are.</summary>
public sealed record KMeansTemplate : StrategyTemplate
{
    /// <inheritdoc/>
    public override ParallelStrategy Strategy => ParallelStrategy.KMeans;

    /// <summary>How the first centres are found. Default: k-means‖.</summary>
    public Knob<KMeansSeeding> Seeding { get; init; } = KMeansSeeding.Parallel;

    /// <summary>Rows that a round of k-means‖ draws, in multiples of k; above 0. Default 2.</summary>
    public Knob<double> Oversampling { get; init; } = 2.0;

    /// <summary>Rounds of k-means‖, at least 1. Default 5.</summary>
    public Knob<int> SeedingRounds { get; init; } = 5;

    /// <summary>Rows of a mini-batch; 0, the default, for Lloyd's iterations over all rows.</summary>
    public Knob<int> BatchRows { get; init; } = 0;

    /// <summary>How little the centres may move until nothing more is done; at least 0. Default 1e-4.</summary>
    public Knob<double> Tolerance { get; init; } = 1e-4;

    /// <inheritdoc/>
    public override KMeansStrategy In(Configuration configuration) => new()
    {
        Seeding = Seeding.In(configuration),
        Oversampling = Oversampling.In(configuration),
        SeedingRounds = SeedingRounds.In(configuration),
        BatchRows = BatchRows.In(configuration),
        Tolerance = Tolerance.In(configuration),
    };

    internal override IEnumerable<string?> References =>
    [
        Seeding.Parameter, Oversampling.Parameter, SeedingRounds.Parameter, BatchRows.Parameter, Tolerance.Parameter,
    ];
}
