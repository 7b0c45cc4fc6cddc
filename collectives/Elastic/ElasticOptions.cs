namespace TuneGraph.Collectives;

/// <summary>Settings of <see cref="ElasticMembership"/>. Equal on all members.</summary>
public sealed record ElasticOptions
{
    /// <summary>An epoch does not begin with fewer members. At least 1; default 1.</summary>
    public int MinWorldSize { get; init; } = 1;

    /// <summary>An epoch begins at once with so many members; later ones wait. Default 1024.</summary>
    public int MaxWorldSize { get; init; } = 1024;

    /// <summary>
    /// How long an epoch stays open after the last member came, once the minimum is there. Default 2 s; must be longer
    /// than survivors take to notice a failure, or they come one epoch late.
    /// </summary>
    public TimeSpan SettleTime { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long to wait for the epoch to begin. Default 10 min.</summary>
    public TimeSpan JoinTime { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The clock of both times. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
