namespace TuneGraph.Training;

/// <summary>
/// k-means over the ranks' parts of the rows: Lloyd's iterations, or mini-batches (Sculley 2010). An epoch is one
/// iteration, or as many mini-batches as go through all rows once. Sums are exact, so that any world size gives the
/// same bits. The model is <see cref="CentroidsSpec"/>; the loss reported is the mean squared distance to the nearest
/// centre. Computes in float32.
/// </summary>
public sealed record KMeansStrategy : TrainingStrategy
{
    /// <summary>How the first centres are found. Default: k-means‖.</summary>
    public KMeansSeeding Seeding { get; init => field = Known(nameof(Seeding), value); } = KMeansSeeding.Parallel;

    /// <summary>
    /// Rows that a round of k-means‖ draws on average, in multiples of k (l / k in the paper); finite, above 0.
    /// Default: 2.
    /// </summary>
    public double Oversampling { get; init => field = Positive(nameof(Oversampling), value); } = 2;

    /// <summary>Rounds of k-means‖, at least 1. Default: 5; the paper finds few enough.</summary>
    public int SeedingRounds { get; init => field = AtLeast(nameof(SeedingRounds), value, 1); } = 5;

    /// <summary>Rows of a mini-batch over all ranks together (b); 0, the default, for Lloyd's iterations.</summary>
    public int BatchRows { get; init => field = AtLeast(nameof(BatchRows), value, 0); }

    /// <summary>
    /// Lloyd's iterations change nothing any more once the centres' squared moves, summed, are at most this times the
    /// features' mean variance. At least 0; default 1e-4.
    /// </summary>
    public double Tolerance { get; init => field = NotNegative(nameof(Tolerance), value); } = 1e-4;

    internal override string? WhyNot(TrainingSpec spec, DataSchema schema) =>
        spec.Model is CentroidsSpec
            ? null
            : $"The strategy kmeans trains the model kmeans, not {spec.Model.GetType().Name}.";
}
