using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>Settings of population-based training.</summary>
public sealed record PopulationOptions
{
    /// <summary>How many trials train side by side. At least 4, default 12.</summary>
    public int Size { get; init => field = AtLeast(4, value, nameof(Size)); } = 12;

    /// <summary>
    /// After so many steps the members are compared, and the worst go on as forks of the best. At least 1, default 1.
    /// </summary>
    public int Interval { get; init => field = AtLeast(1, value, nameof(Interval)); } = 1;

    /// <summary>
    /// The share of the members that is replaced, and the share from which they fork. Above 0, at most 1/2, default
    /// 1/4; at least one member each time.
    /// </summary>
    public double Share
    {
        get;
        init => field = value is > 0 and <= 0.5
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Share), value, "The share must be above 0 and at most 1/2.");
    } = 0.25;

    /// <summary>
    /// The chance that a parameter of a fork is drawn anew and not changed from the donor's. From 0 to 1, default 1/4.
    /// </summary>
    public double ResampleChance
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(ResampleChance), value, "It must lie from 0 to 1.");
    } = 0.25;

    /// <summary>
    /// Parameters that a fork takes over unchanged because the checkpoint depends on them: widths, the kind of
    /// optimizer. Default: none.
    /// </summary>
    public ImmutableArray<string> Inherited { get; init; } = [];

    private static int AtLeast(int least, int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least, name);
        return value;
    }
}
