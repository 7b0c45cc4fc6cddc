using System.Numerics;

namespace TuneGraph.Collectives;

/// <summary>
/// Recursive vector halving, then doubling (Rabenseifner 2004; Thakur, Rabenseifner, Gropp 2005, section 4.5): in each
/// of log₂N steps a rank and its partner at distance N/2, N/4, … split what they still share and sum one half each; the
/// way back joins the halves. If N is not a power of two, the first ranks pair up before and after, at the cost of two
/// whole vectors.
/// </summary>
internal static unsafe class HalvingDoublingAllReduce
{
    internal static void Run(Wire wire, byte* data, long elements, ReduceKernel kernel, int divisor)
    {
        var size = kernel.ElementBytes;
        var power = 1 << BitOperations.Log2((uint)wire.WorldSize);
        var paired = 2 * (wire.WorldSize - power);
        if (wire.Rank < paired && wire.Rank % 2 == 1)
        {
            wire.Send(wire.Rank - 1, data, elements * size);
            wire.Receive(wire.Rank - 1, data, elements * size);
            return;
        }
        if (wire.Rank < paired) wire.Receive(wire.Rank + 1, data, elements * size, kernel);
        var place = wire.Rank < paired ? wire.Rank / 2 : wire.Rank - (paired / 2);
        Halve(wire, new(place, paired), data, 0, elements, power / 2, kernel, divisor);
        if (wire.Rank < paired) wire.Send(wire.Rank + 1, data, elements * size);
    }

    /// <summary>
    /// Sums [start, end) over the <paramref name="distance"/>·2 ranks that share it, half here, half at the partner.
    /// </summary>
    private static void Halve(
        Wire wire, Places places, byte* data, long start, long end, int distance, ReduceKernel kernel, int divisor)
    {
        var size = kernel.ElementBytes;
        if (distance == 0)
        {
            if (divisor != 1) kernel.Divide(data + (start * size), end - start, divisor);
            return;
        }
        var middle = start + ((end - start) / 2);
        var partner = places.RankAt(places.Own ^ distance);
        var low = (places.Own & distance) == 0;
        var (keepStart, keepEnd) = low ? (start, middle) : (middle, end);
        var (giveStart, giveEnd) = low ? (middle, end) : (start, middle);
        byte* keep = data + (keepStart * size), give = data + (giveStart * size);
        long keepBytes = (keepEnd - keepStart) * size, giveBytes = (giveEnd - giveStart) * size;
        wire.Exchange(partner, give, giveBytes, partner, keep, keepBytes, kernel);
        Halve(wire, places, data, keepStart, keepEnd, distance / 2, kernel, divisor);
        wire.Exchange(partner, keep, keepBytes, partner, give, giveBytes);
    }

    /// <summary>The ranks that take part, numbered without gaps.</summary>
    private readonly record struct Places(int Own, int Paired)
    {
        internal int RankAt(int place) => place < Paired / 2 ? 2 * place : place + (Paired / 2);
    }
}
