namespace TuneGraph.Collectives;

/// <summary>Reduce, gather, scatter and all-to-all, by messages.</summary>
internal static unsafe class RootedCalls
{
    internal static void Reduce(
        Wire wire, Scratch scratch, in CollectiveWork work, in CollectiveCall call, ReduceKernel kernel, int divisor)
    {
        var bytes = work.Bytes;
        var sums = work.Output;
        if (wire.Rank != call.Root)
        {
            sums = scratch.Reserve(bytes);
            Buffer.MemoryCopy(work.Input, sums, bytes, bytes);
        }
        TreeAllReduce.ReduceUp(wire, sums, call.Elements, kernel, call.Root);
        if (wire.Rank == call.Root && divisor != 1) kernel.Divide(sums, call.Elements, divisor);
    }

    internal static void Gather(Wire wire, in CollectiveWork work, in CollectiveCall call)
    {
        var own = ShardBytes(wire, call, wire.Rank);
        if (wire.Rank != call.Root)
        {
            wire.Send(call.Root, work.Input, own.Length);
            return;
        }
        for (var rank = 0; rank < wire.WorldSize; rank++)
        {
            var shard = ShardBytes(wire, call, rank);
            if (rank == wire.Rank) Buffer.MemoryCopy(work.Input, work.Output + own.Start, own.Length, own.Length);
            else wire.Receive(rank, work.Output + shard.Start, shard.Length);
        }
    }

    internal static void Scatter(Wire wire, in CollectiveWork work, in CollectiveCall call)
    {
        var own = ShardBytes(wire, call, wire.Rank);
        if (wire.Rank != call.Root)
        {
            wire.Receive(call.Root, work.Output, own.Length);
            return;
        }
        for (var rank = 0; rank < wire.WorldSize; rank++)
        {
            var shard = ShardBytes(wire, call, rank);
            if (rank == wire.Rank) Buffer.MemoryCopy(work.Input + own.Start, work.Output, own.Length, own.Length);
            else wire.Send(rank, work.Input + shard.Start, shard.Length);
        }
    }

    /// <summary>
    /// N−1 steps; in step i rank r sends to r+i and receives from r−i, so no rank is anybody's target twice at once.
    /// </summary>
    internal static void AllToAll(Wire wire, in CollectiveWork work)
    {
        var n = wire.WorldSize;
        var block = work.Bytes / n;
        Buffer.MemoryCopy(work.Input + (wire.Rank * block), work.Output + (wire.Rank * block), block, block);
        for (var step = 1; step < n; step++)
        {
            var to = (wire.Rank + step) % n;
            var from = (wire.Rank + n - step) % n;
            wire.Exchange(to, work.Input + (to * block), block, from, work.Output + (from * block), block);
        }
    }

    private static ShardRange ShardBytes(Wire wire, in CollectiveCall call, int rank)
    {
        var shard = ShardRange.Cut(call.Elements, rank, wire.WorldSize);
        return new(shard.Start * call.Element.Bytes(), shard.Length * call.Element.Bytes());
    }
}
