namespace TuneGraph.Collectives;

/// <summary>
/// The bandwidth-optimal ring of Patarasuk and Yuan (2009): the vector is cut in N shards; N−1 steps of reduce-scatter leave
/// rank r with the whole sum of shard r+1, N−1 steps of all-gather pass the sums round. Every rank sends 2(N−1)/N·S bytes.
/// Shard c is summed in the order c, c+1, …, c+N−1 (mod N) on its way, the same on every run and, as sums are passed on and
/// not formed anew, the same bits on every rank.
/// </summary>
internal static unsafe class RingAllReduce
{
    internal static void Run(Wire wire, byte* data, long elements, ReduceKernel kernel, int divisor)
    {
        var n = wire.WorldSize;
        for (var step = 0; step < n - 1; step++) // reduce-scatter
            Pass(wire, data, elements, kernel.ElementBytes, sent: wire.Rank - step, kernel);

        var own = ShardRange.Cut(elements, (wire.Rank + 1) % n, n);
        if (divisor != 1) kernel.Divide(data + (own.Start * kernel.ElementBytes), own.Length, divisor);

        AllGatherCalls.PassRound(wire, data, elements, kernel.ElementBytes, first: wire.Rank + 1);
    }

    /// <summary>Sends shard <paramref name="sent"/> to the next rank and takes the shard before it from the previous one.</summary>
    internal static void Pass(Wire wire, byte* data, long elements, int elementBytes, int sent, ReduceKernel? combine)
    {
        var n = wire.WorldSize;
        var outgoing = ShardRange.Cut(elements, (sent + n) % n, n);
        var incoming = ShardRange.Cut(elements, (sent - 1 + (2 * n)) % n, n);
        wire.Exchange(
            (wire.Rank + 1) % n, data + (outgoing.Start * elementBytes), outgoing.Length * elementBytes,
            (wire.Rank + n - 1) % n, data + (incoming.Start * elementBytes), incoming.Length * elementBytes,
            combine);
    }
}
