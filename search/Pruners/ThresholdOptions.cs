namespace TuneGraph.Search;

/// <summary>Settings of <see cref="ThresholdPruner"/>; at least one of the bounds is given.</summary>
public sealed record ThresholdOptions
{
    /// <summary>A trial whose value is below this is stopped; null, the default, for no bound. Not NaN.</summary>
    public double? Lower { get; init => field = Bound(value, nameof(Lower)); }

    /// <summary>A trial whose value is above this is stopped; null, the default, for no bound. Not NaN.</summary>
    public double? Upper { get; init => field = Bound(value, nameof(Upper)); }

    /// <summary>No trial is stopped before this step. At least 0, default 0.</summary>
    public int WarmupSteps { get; init => field = AtLeast(0, value, nameof(WarmupSteps)); }

    /// <summary>
    /// How many steps lie between two judgements, counted from <see cref="WarmupSteps"/>; a report that is due and
    /// missing is made good by the next one. At least 1, default 1.
    /// </summary>
    public int Interval { get; init => field = AtLeast(1, value, nameof(Interval)); } = 1;

    private static double? Bound(double? value, string name) => value is { } bound && double.IsNaN(bound)
        ? throw new ArgumentOutOfRangeException(name, value, "A bound must be a number; leave it out for none.")
        : value;

    private static int AtLeast(int least, int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        return value;
    }
}
