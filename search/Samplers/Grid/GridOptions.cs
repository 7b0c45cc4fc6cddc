namespace TuneGraph.Search;

/// <summary>Settings of <see cref="GridSampler"/>.</summary>
public sealed record GridOptions
{
    /// <summary>
    /// How many values a continuous range, or an integer range that is too large, is reduced to: both ends and points
    /// between them at equal distances, on the logarithmic scale where there is one. At least 1, default 5; one point
    /// is the middle.
    /// </summary>
    public int Points
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Points));
            field = value;
        }
    } = 5;

    /// <summary>
    /// An integer range without a step that has more values than this is reduced to <see cref="Points"/> of them; all
    /// values of a smaller one, and all of any range with an explicit step above 1, are taken. At least 1, default 20.
    /// </summary>
    public int LargestRange
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(LargestRange));
            field = value;
        }
    } = 20;
}
