namespace TuneGraph.Training;

/// <summary>
/// Batch normalisation of an image's channels or a vector's features: Ioffe and Szegedy 2015, arXiv:1502.03167. In
/// training over the whole batch of all ranks (they exchange their sums), in prediction by running statistics.
/// </summary>
public sealed record BatchNormSpec : LayerSpec
{
    /// <summary>Share of a batch in the running statistics, in (0, 1]. Default: 0.1.</summary>
    public double Momentum
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Momentum), value, "It must lie in (0, 1].");
    } = 0.1;

    /// <summary>Added to the variance, above 0. Default: 1e-5.</summary>
    public double Epsilon { get; init => field = SettingRange.Positive(nameof(Epsilon), value); } = 1e-5;
}
