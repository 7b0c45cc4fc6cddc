namespace TuneGraph.Search;

/// <summary>Settings of <see cref="PercentilePruner"/>.</summary>
public sealed record PercentileOptions
{
    /// <summary>The best so many percent go on. From 0 to 100, default 25.</summary>
    public double Percentile
    {
        get;
        init => field = value is >= 0 and <= 100
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(Percentile), value, "The percentile must lie from 0 to 100.");
    } = 25;

    /// <summary>No trial is stopped before this many have completed. At least 0, default 5.</summary>
    public int StartupTrials { get; init => field = AtLeast(0, value, nameof(StartupTrials)); } = 5;

    /// <summary>No trial is stopped before this step. At least 0, default 0.</summary>
    public int WarmupSteps { get; init => field = AtLeast(0, value, nameof(WarmupSteps)); }

    /// <summary>
    /// How many steps lie between two judgements, counted from <see cref="WarmupSteps"/>; a report that is due and
    /// missing is made good by the next one. At least 1, default 1.
    /// </summary>
    public int Interval { get; init => field = AtLeast(1, value, nameof(Interval)); } = 1;

    /// <summary>
    /// A step is judged only once so many completed trials have reported it. At least 1, default 1.
    /// </summary>
    public int LeastTrials { get; init => field = AtLeast(1, value, nameof(LeastTrials)); } = 1;

    private static int AtLeast(int least, int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        return value;
    }
}
