namespace TuneGraph;

/// <summary>Which printed lines are wanted; without anything, the newest of the study.</summary>
public sealed record PrintedQuery
{
    /// <summary>So many are given at once by a scheduler.</summary>
    internal const int MostAtOnce = 1000;

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

    /// <summary>Whether of more than <see cref="Most"/> the oldest are given, to be read on behind them.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>So many at most, the newest unless <see cref="OldestFirst"/>; at least 1. All by default.</summary>
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
