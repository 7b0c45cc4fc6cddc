namespace TuneGraph.Training;

/// <summary>
/// 1 for the nearest of some centres, 0 for the others: a vector in, a vector out. Of two that are as near, the first.
/// Its centres are not learned by gradients; the strategy <see cref="KMeansStrategy"/> finds them.
/// </summary>
public sealed record NearestCentreSpec : LayerSpec
{
    /// <summary>Number of centres, 1 to 65,536.</summary>
    public required int Units { get; init => field = Range(nameof(Units), value, 1, MaxWidth); }
}
