namespace TuneGraph.Search;

/// <summary>Settings of <see cref="PatientPruner"/>.</summary>
public sealed record PatientOptions
{
    /// <summary>
    /// So many reports without an improvement are borne; the next one is the last. At least 0, default 5.
    /// </summary>
    public int Patience
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Patience));
            field = value;
        }
    } = 5;

    /// <summary>
    /// A worsening up to this much is borne for ever. At least 0 and finite, default 0.
    /// </summary>
    public double Tolerance
    {
        get;
        init => field = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Tolerance), value, "It must be at least 0 and finite.");
    }
}
