namespace TuneGraph.Search;

/// <summary>Settings of <see cref="MedianPruner"/>.</summary>
public sealed record MedianOptions
{
    /// <summary>No trial is stopped before this many have completed. At least 0, default 5.</summary>
    public int StartupTrials { get; init => field = AtLeast(0, value, nameof(StartupTrials)); } = 5;

    /// <summary>No trial is stopped before this step. At least 0, default 0.</summary>
    public int WarmupSteps { get; init => field = AtLeast(0, value, nameof(WarmupSteps)); }

    /// <summary>
    /// How many steps lie between two judgements, counted from <see cref="WarmupSteps"/>; a report that is due and
    /// missing is made good by the next one. At least 1, default 1.
    /// </summary>
    public int Interval { get; init => field = AtLeast(1, value, nameof(Interval)); } = 1;

    private static int AtLeast(int least, int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        return value;
    }
}
