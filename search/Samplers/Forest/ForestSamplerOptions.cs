namespace TuneGraph.Search;

/// <summary>Settings of <see cref="ForestSampler"/>.</summary>
public sealed record ForestSamplerOptions
{
    /// <summary>
    /// The first trials are spread evenly (scrambled Sobol), until this many have a verdict. At least 2, default 10.
    /// </summary>
    public int StartupTrials
    {
        get;
        init => field = AtLeast(2, value, nameof(StartupTrials));
    } = 10;

    /// <summary>Trees in the forest. At least 1, default 10.</summary>
    public int Trees
    {
        get;
        init => field = AtLeast(1, value, nameof(Trees));
    } = 10;

    /// <summary>
    /// Random configurations that compete with those found by local search. At least 1, default 1000.
    /// </summary>
    public int RandomCandidates
    {
        get;
        init => field = AtLeast(1, value, nameof(RandomCandidates));
    } = 1000;

    /// <summary>Local searches, each from one of the best trials. At least 0, default 10.</summary>
    public int LocalSearches
    {
        get;
        init => field = AtLeast(0, value, nameof(LocalSearches));
    } = 10;

    /// <summary>
    /// The chance that a suggestion is random, for the model may be wrong. From 0 to 1, default 0.05.
    /// </summary>
    public double RandomShare
    {
        get;
        init => field = Chance(value, nameof(RandomShare));
    } = 0.05;

    /// <summary>The chance that a suggestion explores, instead of exploiting. From 0 to 1, default 0.8.</summary>
    public double ExploringShare
    {
        get;
        init => field = Chance(value, nameof(ExploringShare));
    } = 0.8;

    private static double Chance(double value, string name) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "A chance lies between 0 and 1, both included.");

    private static int AtLeast(int least, int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        return value;
    }
}
