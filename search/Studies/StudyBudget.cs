namespace TuneGraph.Search;

/// <summary>
/// How much a study means to spend, so that samplers can plan ahead. A study does not keep to it by itself: whoever
/// asks for trials does. Null where there is no limit, or none is known.
/// </summary>
public sealed record StudyBudget
{
    /// <summary>Trials to be asked for. At least 1; default null.</summary>
    public int? Trials
    {
        get;
        init => field = Above0(value, nameof(Trials));
    }

    /// <summary>Steps to be reported, over all trials. At least 1; default null.</summary>
    public long? Steps
    {
        get;
        init => field = Above0(value, nameof(Steps));
    }

    /// <summary>The sum of all trials' costs, in the unit in which they are told. Above 0; default null.</summary>
    public double? Cost
    {
        get;
        init => field = Above0(value, nameof(Cost));
    }

    private static T? Above0<T>(T? value, string name)
        where T : struct, System.Numerics.INumber<T>
    {
        if (value is { } limit)
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit, name);
        return value;
    }
}
