using System.Globalization;

namespace TuneGraph;

/// <summary>Which transport the ranks of one attempt take, and why.</summary>
/// <param name="Transport">Never <see cref="GangTransport.Auto"/>.</param>
/// <param name="Why">In words, for the log.</param>
public sealed record TransportChoice(GangTransport Transport, string Why)
{
    /// <summary>
    /// Bytes of gradient a step up to which pub/sub may carry them: 10 MB. Over a broker they take at least
    /// 0.15 … 0.3 s at 4 MB and 1.4 … 2.8 s at 40 MB for four ranks, where TCP takes hundredths.
    /// </summary>
    public const long MostBusBytes = 10_000_000;

    /// <summary>Chooses.</summary>
    /// <param name="asked">What the sweep says.</param>
    /// <param name="isSpread">Whether the ranks are on several workers.</param>
    /// <param name="hasSidecar">Whether there is a sidecar beside this worker.</param>
    /// <param name="stepBytes">Bytes of gradient a step, after compression; null where they are not known.</param>
    public static TransportChoice Of(GangTransport asked, bool isSpread, bool hasSidecar, long? stepBytes)
    {
        if (asked != GangTransport.Auto)
            return new(asked, "the sweep says so");
        if (!isSpread)
            return new(GangTransport.Memory, "all ranks are in one process");
        if (!hasSidecar)
            return new(GangTransport.Tcp, "there is no sidecar");
        if (stepBytes is not { } bytes)
            return new(GangTransport.Tcp, "how much a step exchanges is not known");
        var size = (bytes / 1e6).ToString("0.###", CultureInfo.InvariantCulture);
        return bytes > MostBusBytes
            ? new(GangTransport.Tcp, $"a step exchanges {size} MB, and above 10 MB pub/sub loses to TCP by far")
            : new(GangTransport.Dapr, $"a step exchanges {size} MB, which a sidecar's pub/sub still carries");
    }
}
