namespace TuneGraph.Collectives;

/// <summary>What a timeline has counted of one verb.</summary>
/// <param name="Calls">Number of calls.</param>
/// <param name="Bytes">Bytes of their vectors.</param>
/// <param name="BusBytes">Sum of <see cref="CollectiveSpan.BusBytes"/>.</param>
/// <param name="Seconds">Time inside them, waiting included.</param>
public readonly record struct CollectiveTotals(long Calls, long Bytes, double BusBytes, double Seconds)
{
    /// <summary>Bus bandwidth as NCCL defines it, in GB/s (10⁹ bytes per second); 0 before the first call.</summary>
    public double BusBandwidth => Seconds > 0 ? BusBytes / Seconds / 1e9 : 0;
}
