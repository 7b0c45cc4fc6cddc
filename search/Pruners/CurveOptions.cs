namespace TuneGraph.Search;

/// <summary>Settings of <see cref="CurvePruner"/>.</summary>
public sealed record CurveOptions
{
    /// <summary>
    /// A trial is stopped when its chance to end better than the best one falls below this. Above 0 and below 1,
    /// default 0.01: at the 0.05 of Domhan et al. one study in eight of networks on digits lost its best trials.
    /// </summary>
    public double Threshold
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Threshold), value, "It must lie above 0 and below 1.");
    } = 0.01;

    /// <summary>A curve is judged from so many points on. At least 4, default 6.</summary>
    public int LeastPoints { get; init => field = AtLeast(4, value, nameof(LeastPoints)); } = 6;

    /// <summary>
    /// No trial is stopped before this share of the largest step. From 0 to 1, default 0.1.
    /// </summary>
    public double WarmupShare
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(WarmupShare), value, "It must lie from 0 to 1.");
    } = 0.1;

    /// <summary>No trial is stopped before this many have completed. At least 1, default 3.</summary>
    public int StartupTrials { get; init => field = AtLeast(1, value, nameof(StartupTrials)); } = 3;

    /// <summary>How many steps lie between two judgements. At least 1, default 1.</summary>
    public int Interval { get; init => field = AtLeast(1, value, nameof(Interval)); } = 1;

    private static int AtLeast(int least, int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        return value;
    }
}
