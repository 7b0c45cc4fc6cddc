namespace TuneGraph.Collectives;

/// <summary>Reduce-scatter on the board: each rank sums its shard over all ranks' vectors, where they lie.</summary>
internal static unsafe class ReduceScatterCalls
{
    internal static void Direct(
        Board board, Waiter waiter, Wire wire, in CollectiveWork work, in CollectiveCall call, ReduceKernel kernel,
        int divisor)
    {
        var size = kernel.ElementBytes;
        var own = ShardRange.Cut(call.Elements, board.Rank, board.WorldSize);
        var vectors = stackalloc nint[board.WorldSize];
        foreach (var (start, bytes) in new Passes(call.Elements * size, board.PassBytes))
        {
            board.Offer(work.Input + start, bytes, copy: true);
            board.Arrive(waiter);
            board.VerifyCalls(call);
            var (first, end) = (Math.Max(own.Start, start / size), Math.Min(own.End, (start + bytes) / size));
            // Index 0 of every source is the vector's first element, though only this pass of it is there.
            for (var rank = 0; rank < board.WorldSize; rank++) vectors[rank] = (nint)(board.OfferOf(rank) - start);
            var target = (nint)(work.Output - (own.Start * size));
            if (first < end)
            {
                kernel.Fuse(new(vectors, board.WorldSize), new(ref target), first, end, divisor);
                wire.CountMoved((board.WorldSize - 1) * (end - first) * size);
            }
            board.Finish(waiter);
        }
    }
}
