namespace TuneGraph.Graph;

/// <summary>
/// Tasks that count together where the workers are divided: those of one study, say. Groups that want slots at the same
/// time get slot-seconds in proportion to their shares. Tasks that name no group are together in the group of the
/// empty name.
/// </summary>
public sealed record TaskGroup
{
    /// <summary>What <see cref="TaskSpec.Group"/> calls it; empty for those that name none.</summary>
    public required string Name
    {
        get;
        init { ArgumentNullException.ThrowIfNull(value, nameof(Name)); field = value; }
    }

    /// <summary>
    /// While a group of higher priority has a task that fits, no task of this one starts. 0 by default.
    /// </summary>
    public int Priority { get; init; }

    /// <summary>Its weight among groups of the same priority. Above 0 and finite; 1 by default.</summary>
    public double Share
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(Share));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, double.MaxValue, nameof(Share));
            field = value;
        }
    } = 1;

    /// <summary>Most slots that its tasks take at once. At least 1; null, the default, for no limit.</summary>
    public int? Quota
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value ?? 1, 1, nameof(Quota));
            field = value;
        }
    }
}
