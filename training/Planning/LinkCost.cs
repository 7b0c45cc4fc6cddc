namespace TuneGraph.Training;

/// <summary>
/// What messages between ranks cost by the α–β model: a message of S bytes takes α + S / β seconds. See Thakur,
/// Rabenseifner, Gropp 2005, section 3, for the collectives.
/// </summary>
/// <param name="LatencySeconds">α, seconds of a message without bytes, at least 0.</param>
/// <param name="BytesPerSecond">β, bytes a second from one rank to another, above 0; infinite for no cost.</param>
public readonly record struct LinkCost(double LatencySeconds, double BytesPerSecond)
{
    /// <summary>A ring's all-reduce: 2 (N − 1) α + 2 (N − 1) / N · S / β.</summary>
    /// <param name="bytes">S, the length of the vector.</param>
    /// <param name="ranks">N, at least 1.</param>
    public double AllReduceSeconds(double bytes, int ranks) => 2 * ShardedSeconds(bytes, ranks);

    /// <summary>A ring's reduce-scatter or all-gather: (N − 1) α + (N − 1) / N · S / β.</summary>
    /// <param name="bytes">S, the length of the whole vector.</param>
    /// <param name="ranks">N, at least 1.</param>
    public double ShardedSeconds(double bytes, int ranks) =>
        (ranks - 1) * (LatencySeconds + (bytes / ranks / BytesPerSecond));

    /// <summary>
    /// All shards of a vector to one rank, or from it, whose link all of them take: (N − 1) (α + S / (N β)).
    /// </summary>
    /// <param name="bytes">S, the length of the whole vector.</param>
    /// <param name="ranks">N, at least 1.</param>
    public double RootedSeconds(double bytes, int ranks) => ShardedSeconds(bytes, ranks);

    /// <summary>The link on which all-reduces of a tiny and a long vector took so long.</summary>
    /// <param name="tinySeconds">Of a few bytes.</param>
    /// <param name="longSeconds">Of the long vector.</param>
    /// <param name="bytes">Its length.</param>
    /// <param name="ranks">N, at least 1; with one rank nothing costs anything.</param>
    public static LinkCost Of(double tinySeconds, double longSeconds, double bytes, int ranks)
    {
        if (ranks == 1)
            return new LinkCost(0, double.PositiveInfinity);
        var latency = tinySeconds / (2 * (ranks - 1));
        var moved = 2.0 * (ranks - 1) / ranks * bytes;
        return new LinkCost(latency, moved / Math.Max(longSeconds - tinySeconds, 1e-9));
    }
}
