namespace TuneGraph.Training;

/// <summary>
/// Normalises each vector, or each token of a sequence, over its width: Ba, Kiros, Hinton 2016, arXiv:1607.06450.
/// </summary>
public sealed record LayerNormSpec : LayerSpec
{
    /// <summary>Added to the variance, above 0. Default: 1e-5.</summary>
    public double Epsilon { get; init => field = SettingRange.Positive(nameof(Epsilon), value); } = 1e-5;
}
