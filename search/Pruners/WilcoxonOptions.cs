namespace TuneGraph.Search;

/// <summary>Settings of <see cref="WilcoxonPruner"/>.</summary>
public sealed record WilcoxonOptions
{
    /// <summary>A trial is stopped below this p-value. Above 0 and below 1, default 0.1.</summary>
    public double Threshold
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Threshold), value, "It must lie above 0 and below 1.");
    } = 0.1;

    /// <summary>So many steps must be common to the trial and the best one. At least 1, default 2.</summary>
    public int StartupSteps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(StartupSteps));
            field = value;
        }
    } = 2;
}
