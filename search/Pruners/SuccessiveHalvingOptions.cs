namespace TuneGraph.Search;

/// <summary>What happens to a trial that does not go up at a rung.</summary>
public enum HalvingMode
{
    /// <summary>
    /// It pauses, and may be promoted when more trials have arrived (Li et al. 2020, Algorithm 2). Needs checkpoints.
    /// </summary>
    Promote,

    /// <summary>It is stopped for good.</summary>
    Stop,
}

/// <summary>Settings of <see cref="HalvingPruner"/>. Symbols follow Li et al. 2020 (ASHA).</summary>
public sealed record SuccessiveHalvingOptions
{
    /// <summary>The step of the first rung (r). At least 1, default 1.</summary>
    public int MinResource
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MinResource));
            field = value;
        }
    } = 1;

    /// <summary>
    /// The reduction factor (η): one in so many goes up, to a rung so many times as high. At least 2, default 3.
    /// </summary>
    public int ReductionFactor
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2, nameof(ReductionFactor));
            field = value;
        }
    } = 3;

    /// <summary>What happens to the others. Default: they pause.</summary>
    public HalvingMode Mode { get; init; } = HalvingMode.Promote;
}
