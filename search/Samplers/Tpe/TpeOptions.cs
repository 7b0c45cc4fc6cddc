namespace TuneGraph.Search;

/// <summary>Settings of <see cref="TpeSampler"/>. The defaults are Optuna 5's.</summary>
public sealed record TpeOptions
{
    /// <summary>The first trials are random until this many have ended with a verdict. At least 1, default 10.</summary>
    public int StartupTrials { get; init => field = AtLeast(1, value, nameof(StartupTrials)); } = 10;

    /// <summary>How many candidates are drawn, of which the most promising is proposed. At least 1, default 24.</summary>
    public int Candidates { get; init => field = AtLeast(1, value, nameof(Candidates)); } = 24;

    /// <summary>The share of trials that count as good (γ): ⌈γ·n⌉ of n. Above 0 and below 1, default 0.1.</summary>
    public double GoodShare
    {
        get;
        init => field = value is > 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(GoodShare), value, "The share must lie above 0 and below 1.");
    } = 0.1;

    /// <summary>No more trials than this count as good. At least 1, default 25.</summary>
    public int MostGood { get; init => field = AtLeast(1, value, nameof(MostGood)); } = 25;

    private static int AtLeast(int least, int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        return value;
    }
}
