namespace TuneGraph.Search;

/// <summary>Settings of <see cref="HyperbandPruner"/>. Symbols follow Li et al. 2018.</summary>
public sealed record HyperbandOptions
{
    /// <summary>The least step at which a trial may be cut. At least 1, default 1.</summary>
    public int MinResource
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MinResource));
            field = value;
        }
    } = 1;

    /// <summary>The reduction factor (η). At least 2, default 3.</summary>
    public int ReductionFactor
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2, nameof(ReductionFactor));
            field = value;
        }
    } = 3;

    /// <summary>What happens to a trial that does not go up. Default: it pauses.</summary>
    public HalvingMode Mode { get; init; } = HalvingMode.Promote;
}
