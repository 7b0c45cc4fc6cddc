using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>
/// A factorization machine: linear, plus a product of vectors for every pair of features. Rendle 2010.
/// </summary>
public sealed record FactorizationSpec : ModelSpec
{
    /// <summary>Length of the vectors, 1 to 1,024. Default: 8.</summary>
    public int Factors { get; init => field = SettingRange.Whole(nameof(Factors), value, 1, 1024); } = 8;

    /// <inheritdoc/>
    public override ImmutableArray<LayerSpec> Layers(int features, int outputs) =>
        [new FactorizationLayerSpec { Units = outputs, Factors = Factors }];
}
