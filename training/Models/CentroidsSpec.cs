using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>
/// Clusters: a row gives what the train rows of its nearest centre have in common, the shares of their classes or the
/// mean of their targets. Trained by <see cref="KMeansStrategy"/> only.
/// </summary>
public sealed record CentroidsSpec : ModelSpec
{
    /// <summary>Number of centres (k), 1 to 65,536. Default: 8.</summary>
    public int Clusters
    {
        get;
        init => field = value is >= 1 and <= LayerSpec.MaxWidth
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Clusters), value, $"It must lie between 1 and {LayerSpec.MaxWidth}.");
    } = 8;

    /// <inheritdoc/>
    public override ImmutableArray<LayerSpec> Layers(int features, int outputs) =>
        [new NearestCentreSpec { Units = Clusters }, new LinearSpec { Units = outputs }];
}
