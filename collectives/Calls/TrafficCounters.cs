namespace TuneGraph.Collectives;

/// <summary>What one rank has sent since it joined, counted where the bytes leave.</summary>
/// <param name="PayloadBytes">
/// Bytes of values sent to other ranks. The fused all-reduce over shared memory counts the bytes that the rank reads
/// from and stores into other ranks' vectors, which is what a message would have carried.
/// </param>
/// <param name="HeaderBytes">Bytes of message headers.</param>
/// <param name="Messages">Messages sent.</param>
public readonly record struct TrafficCounters(long PayloadBytes, long HeaderBytes, long Messages)
{
    /// <summary>Traffic between two readings.</summary>
    public static TrafficCounters operator -(TrafficCounters later, TrafficCounters earlier) => new(
        later.PayloadBytes - earlier.PayloadBytes, later.HeaderBytes - earlier.HeaderBytes,
        later.Messages - earlier.Messages);

    /// <summary>Traffic between two readings: <paramref name="later"/> − <paramref name="earlier"/>.</summary>
    public static TrafficCounters Subtract(TrafficCounters later, TrafficCounters earlier) => later - earlier;
}
