namespace TuneGraph.Graph;

/// <summary>What tasks of one family take and give, learnt as exponential moving averages.</summary>
internal sealed class TaskFamily(string name)
{
    /// <summary>Weight of the newest value, as in Dask's scheduler (its moving average halves the old value).</summary>
    private const double Weight = 0.5;

    public string Name { get; } = name;

    /// <summary>Mean duration in ticks; below 0 while unknown.</summary>
    public double DurationTicks { get; set; } = -1;

    /// <summary>Mean size of a result; below 0 while unknown.</summary>
    public double Bytes { get; set; } = -1;

    public void Learn(long durationTicks, long bytes)
    {
        DurationTicks = DurationTicks < 0 ? durationTicks : DurationTicks + Weight * (durationTicks - DurationTicks);
        Bytes = Bytes < 0 ? bytes : Bytes + Weight * (bytes - Bytes);
    }
}
