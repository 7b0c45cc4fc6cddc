namespace TuneGraph.Training;

/// <summary>What a training checks of itself. Costs time and changes no result.</summary>
public sealed record VerificationSpec
{
    /// <summary>
    /// First steps that are computed once more by the oracle, at most an epoch's; a strategy whose ranks do not meet
    /// every step is checked after its first epoch instead. 0 for no oracle. Default: 10.
    /// </summary>
    public int Steps { get; init => field = SettingRange.Whole(nameof(Steps), value, 0, int.MaxValue); } = 10;

    /// <summary>
    /// The ranks compare hashes of all parameters after every so many steps (epochs, with a strategy); 0, the default,
    /// never. Whoever differs ends the training by a <see cref="RanksDifferException"/>.
    /// </summary>
    public int HashEvery { get; init => field = SettingRange.Whole(nameof(HashEvery), value, 0, int.MaxValue); }
}
