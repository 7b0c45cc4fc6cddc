namespace TuneGraph.Graph;

/// <summary>
/// How long a failed task waits before its next attempt: <c>min(Maximum, Initial · Factor^(failures − 1))</c>.
/// </summary>
public sealed record Backoff
{
    /// <summary>No wait at all. The default of <see cref="TaskSpec.Backoff"/>.</summary>
    public static Backoff None { get; } = new();

    /// <summary>Wait after the first failure. Not negative; zero by default.</summary>
    public TimeSpan Initial
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(Initial)); field = value; }
    }

    /// <summary>Growth from one failure to the next. At least 1; 2 by default.</summary>
    public double Factor
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Factor)); field = value; }
    } = 2;

    /// <summary>The longest wait. Not negative; five minutes by default.</summary>
    public TimeSpan Maximum
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(Maximum)); field = value; }
    } = TimeSpan.FromMinutes(5);

    /// <summary>The wait after a number of failures.</summary>
    /// <param name="failures">How often the task has failed, from 1.</param>
    public TimeSpan After(int failures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        var ticks = Initial.Ticks * Math.Pow(Factor, failures - 1);
        return ticks >= Maximum.Ticks ? Maximum : TimeSpan.FromTicks((long)ticks);
    }
}
