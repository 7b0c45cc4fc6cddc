namespace TuneGraph.Search;

/// <summary>Settings of <see cref="GpSampler"/>.</summary>
public sealed record GpOptions
{
    /// <summary>
    /// The first trials fill the space evenly, until this many have a verdict. At least 1, default 6.
    /// </summary>
    public int StartupTrials
    {
        get;
        init => field = AtLeast(1, value, nameof(StartupTrials));
    } = 6;

    /// <summary>How many points are looked at before the best are improved. At least 1, default 1000.</summary>
    public int Candidates
    {
        get;
        init => field = AtLeast(1, value, nameof(Candidates));
    } = 1000;

    /// <summary>How many of them are improved. At least 1, default 4.</summary>
    public int Starts
    {
        get;
        init => field = AtLeast(1, value, nameof(Starts));
    } = 4;

    /// <summary>
    /// How often it is drawn what the running trials may report (qLogEI); with 0 each is believed to report what the
    /// model expects of it. At least 0, default 16.
    /// </summary>
    public int Fantasies
    {
        get;
        init => field = AtLeast(0, value, nameof(Fantasies));
    } = 16;

    /// <summary>
    /// What the next trial is chosen for. Default <see cref="GpAcquisition.Improvement"/>; costs are not looked at.
    /// </summary>
    public GpAcquisition Acquisition { get; init; }

    /// <summary>
    /// Whether losses may be warped so that they look normal (Yeo and Johnson, Biometrika 87, 2000). Default true.
    /// </summary>
    public bool WarpOutputs { get; init; } = true;

    /// <summary>
    /// Whether axes may be warped so that the objective varies evenly along them (Snoek et al., ICML 2014). Default
    /// true.
    /// </summary>
    public bool WarpInputs { get; init; } = true;

    /// <summary>
    /// The model sees no more trials than this: the better half and the newer half. At least 10, default 500.
    /// </summary>
    public int MostObservations
    {
        get;
        init => field = AtLeast(10, value, nameof(MostObservations));
    } = 500;

    /// <summary>Half of the candidates are drawn near so many of the best trials.</summary>
    internal int GoodTrials { get; init; } = 5;

    private static int AtLeast(int least, int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        return value;
    }
}
