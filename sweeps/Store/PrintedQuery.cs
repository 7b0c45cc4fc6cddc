namespace TuneGraph;

/// <summary>Which printed lines are wanted; without anything, the newest of the study.</summary>
public sealed record PrintedQuery
{
    /// <summary>Only those of a trial.</summary>
    public int? Trial { get; init; }

    /// <summary>Only those of a task.</summary>
    public string? TaskKey { get; init; }

    /// <summary>Only those of the attempts of this number.</summary>
    public int? Attempt { get; init; }

    /// <summary>Only those of a rank.</summary>
    public int? Rank { get; init; }

    /// <summary>Only what went to the standard error.</summary>
    public bool ErrorsOnly { get; init; }

    /// <summary>Only those that contain this, in capitals or not.</summary>
    public string? Text { get; init; }

    /// <summary>Only those behind this place.</summary>
    public long After { get; init; }

    /// <summary>So many at most, the newest; at least 1. All by default.</summary>
    public int Most
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Most));
            field = value;
        }
    } = int.MaxValue;
}
