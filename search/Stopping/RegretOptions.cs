namespace TuneGraph.Search;

/// <summary>Settings of <see cref="RegretTerminator"/>.</summary>
public sealed record RegretOptions
{
    /// <summary>
    /// The study ends when the regret is surely below this: what an improvement must be worth to be looked for. For a
    /// metric from cross-validation its standard error over the folds. In the objective's unit; above 0 and finite.
    /// </summary>
    public required double Tolerance
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Tolerance), value, "It must be above 0 and finite.");
    }

    /// <summary>No study ends before this many trials have completed. At least 4, default 20.</summary>
    public int LeastTrials
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 4, nameof(LeastTrials));
            field = value;
        }
    } = 20;
}
