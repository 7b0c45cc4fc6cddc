namespace TuneGraph.Search;

/// <summary>How much each of the good trials counts in the density over the good.</summary>
public enum TpeWeighting
{
    /// <summary>
    /// By how much it is better than the best of the others (Watanabe, arXiv 2304.11127, "expected improvement"), or,
    /// with several objectives, by what the hypervolume of the good would lose without it; the prior counts as much as
    /// they do on average.
    /// </summary>
    Improvement,

    /// <summary>
    /// All alike, except that all but the newest 25 fade with age, as the others always do. With several objectives
    /// none of the good fades.
    /// </summary>
    Age,
}

/// <summary>
/// Settings of <see cref="TpeSampler"/>. The defaults were chosen on the public part of the search-quality suite, where
/// they are ahead of <see cref="Optuna5"/>.
/// </summary>
public sealed record TpeOptions
{
    /// <summary>The settings of Optuna 5's TPESampler.</summary>
    public static TpeOptions Optuna5 { get; } =
        new()
        {
            Candidates = 24,
            GoodShare = 0.1,
            Weighting = TpeWeighting.Age,
            Narrowing = 1,
            LeavesPlateaus = false,
        };

    /// <summary>The first trials are random, until this many have a verdict. At least 1, default 10.</summary>
    public int StartupTrials
    {
        get;
        init => field = AtLeast(1, value, nameof(StartupTrials));
    } = 10;

    /// <summary>
    /// How many candidates are drawn; the most promising is proposed. At least 1; null, the default, for 24, or 12
    /// where there are several objectives.
    /// </summary>
    public int? Candidates
    {
        get;
        init => field = value is { } count ? AtLeast(1, count, nameof(Candidates)) : null;
    }

    /// <summary>The share of trials that count as good (γ): ⌈γ·n⌉ of n. Above 0 and below 1, default 0.15.</summary>
    public double GoodShare
    {
        get;
        init =>
            field = value is > 0 and < 1
                ? value
                : throw new ArgumentOutOfRangeException(
                    nameof(GoodShare),
                    value,
                    "The share must lie above 0 and below 1."
                );
    } = 0.15;

    /// <summary>No more trials than this count as good. At least 1, default 25.</summary>
    public int MostGood
    {
        get;
        init => field = AtLeast(1, value, nameof(MostGood));
    } = 25;

    /// <summary>
    /// The density over the others is made of no more trials than this: of the newest half, and of as many of the older
    /// ones, evenly, which count for those between them. So the time for a suggestion stops growing. At least 100,
    /// default 2,000; <see cref="int.MaxValue"/> for all.
    /// </summary>
    public int MostOthers
    {
        get;
        init => field = AtLeast(100, value, nameof(MostOthers));
    } = 2000;

    /// <summary>How much each of the good trials counts. Default: by its improvement.</summary>
    public TpeWeighting Weighting { get; init; } = TpeWeighting.Improvement;

    /// <summary>
    /// How fast kernels may narrow: with n observations none is narrower than 1 / min(100, <c>Narrowing</c> · (n + 2))
    /// of the range. Above 0 and finite; null, the default, for 1.5, or 3 where there are several objectives.
    /// </summary>
    public double? Narrowing
    {
        get;
        init =>
            field =
                value is null || (value > 0 && double.IsFinite(value.Value))
                    ? value
                    : throw new ArgumentOutOfRangeException(nameof(Narrowing), value, "It must be above 0 and finite.");
    }

    /// <summary>
    /// Whether candidates are passed over that are likely to lie on a step of the objective where a trial has been; for
    /// one objective, and studies of up to 500 trials. Default true.
    /// </summary>
    public bool LeavesPlateaus { get; init; } = true;

    internal int CandidatesFor(int objectives) => Candidates ?? (objectives == 1 ? 24 : 12);

    internal double NarrowingFor(int objectives) => Narrowing ?? (objectives == 1 ? 1.5 : 3);

    private static int AtLeast(int least, int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        return value;
    }
}
