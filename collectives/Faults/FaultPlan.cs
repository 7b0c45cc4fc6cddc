namespace TuneGraph.Collectives;

/// <summary>
/// What a <see cref="FaultyTransport"/> does to the bytes that come in, drawn from a seed. Probabilities are per piece
/// of the stream, 0 … 1, and 0 by default. Damage is found where <see cref="ProcessGroupOptions.CheckMessages"/> is
/// set.
/// </summary>
public sealed record FaultPlan
{
    /// <summary>Of all that is drawn. Default 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How much later than it came a piece is handed on, at least. Default 0.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>
    /// Probability that an operation moves nothing for once; others then move a part of what they could. Needs no
    /// detection: the results stay right.
    /// </summary>
    public double Stutter { get; init; }

    /// <summary>Probability that a piece is lost.</summary>
    public double Drop { get; init; }

    /// <summary>Probability that a piece comes twice.</summary>
    public double Duplicate { get; init; }

    /// <summary>Probability that a piece comes after the next one.</summary>
    public double Reorder { get; init; }

    /// <summary>Probability that one bit of a piece is flipped.</summary>
    public double Corrupt { get; init; }

    /// <summary>The operation, counted from 1, from which on nothing is sent or received, in silence. Default:
    /// never.</summary>
    public long CutsAt { get; init; } = long.MaxValue;

    /// <summary>The operation, counted from 1, from which on every one throws an <see cref="IOException"/>. Default:
    /// never.</summary>
    public long BreaksAt { get; init; } = long.MaxValue;

    /// <summary>The clock of <see cref="Delay"/>. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
