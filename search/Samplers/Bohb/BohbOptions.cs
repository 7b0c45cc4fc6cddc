namespace TuneGraph.Search;

/// <summary>Settings of <see cref="BohbSampler"/>. Symbols follow Falkner et al. 2018.</summary>
public sealed record BohbOptions
{
    /// <summary>
    /// A model takes so many trials at one budget besides as many as there are parameters (N_min = d + 1 in the paper,
    /// and one more). At least 1, default 2.
    /// </summary>
    public int LeastAboveParameters { get; init => field = AtLeast(1, value, nameof(LeastAboveParameters)); } = 2;

    /// <summary>The share of trials that count as good (q). Above 0 and below 1, default 0.15.</summary>
    public double GoodShare { get; init => field = Fraction(value, nameof(GoodShare)); } = 0.15;

    /// <summary>The share of trials that are drawn at random (ρ). Above 0 and below 1, default 1/3.</summary>
    public double RandomShare { get; init => field = Fraction(value, nameof(RandomShare)); } = 1.0 / 3;

    /// <summary>How many candidates are drawn (N_s). At least 1, default 64.</summary>
    public int Candidates { get; init => field = AtLeast(1, value, nameof(Candidates)); } = 64;

    private static int AtLeast(int least, int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        return value;
    }

    private static double Fraction(double value, string name) => value is > 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "The share must lie above 0 and below 1.");
}
