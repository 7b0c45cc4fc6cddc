namespace TuneGraph.Training;

/// <summary>When ranks wait for each other less, and when again more.</summary>
public sealed record StragglerOptions
{
    /// <summary>
    /// Variation of step times (see <see cref="RankPace.Variation"/>) above which a step is not waited for, above 0.
    /// Default: 0.35.
    /// </summary>
    public double StalenessAbove
    {
        get;
        init => field = SettingRange.Positive(nameof(StalenessAbove), value);
    } = 0.35;

    /// <summary>Variation above which ranks train alone for a while, above 0. Default: 0.8.</summary>
    public double LocalAbove
    {
        get;
        init => field = SettingRange.Positive(nameof(LocalAbove), value);
    } = 0.8;

    /// <summary>
    /// A mode is left again below this part of the threshold that led to it, in [0, 1). Default: 0.6.
    /// </summary>
    public double BackBelow { get; init => field = SettingRange.Share(nameof(BackBelow), value); } = 0.6;

    /// <summary>So many epochs in a row must say the same, at least 1. Default: 2.</summary>
    public int Patience { get; init => field = SettingRange.Whole(nameof(Patience), value, 1, 1000); } = 2;

    /// <summary>Whether bounded staleness is possible; else its place is skipped. Default: true.</summary>
    public bool MayBeStale { get; init; } = true;
}
