namespace TuneGraph.Search;

/// <summary>
/// Settings of <see cref="PedAnova"/>. Symbols follow Watanabe, Bansal and Hutter (arXiv 2304.10255).
/// </summary>
public sealed record PedAnovaOptions
{
    /// <summary>
    /// What is to be reached: the best share γ′ of the evaluations. Above 0 and below 1, default 0.1.
    /// </summary>
    public double TargetShare
    {
        get;
        init =>
            field =
                value is > 0 and < 1
                    ? value
                    : throw new ArgumentOutOfRangeException(
                        nameof(TargetShare), value, "The share must lie above 0 and below 1.");
    } = 0.1;

    /// <summary>
    /// Where importance is looked for: among the best share γ of the evaluations. Above 0 and at most 1, default 1. Not
    /// below <see cref="TargetShare"/>.
    /// </summary>
    public double RegionShare
    {
        get;
        init =>
            field =
                value is > 0 and <= 1
                    ? value
                    : throw new ArgumentOutOfRangeException(
                        nameof(RegionShare), value, "The share must lie above 0 and be at most 1.");
    } = 1;
}
