namespace TuneGraph.Collectives;

/// <summary>All-gather: shards are read where they lie, or passed around a ring of N−1 steps.</summary>
internal static unsafe class AllGatherCalls
{
    internal static void Direct(Board board, Waiter waiter, Wire wire, in CollectiveWork work, in CollectiveCall call)
    {
        var size = call.Element.Bytes();
        var longest = ((call.Elements + board.WorldSize - 1) / board.WorldSize) * size;
        foreach (var (start, bytes) in new Passes(longest, board.PassBytes))
        {
            var mine = PieceOf(board.Rank, call, board.WorldSize, start, bytes);
            board.Offer(work.Input + start, mine, copy: true);
            board.Arrive(waiter);
            board.VerifyCalls(call);
            for (var rank = 0; rank < board.WorldSize; rank++)
            {
                var piece = PieceOf(rank, call, board.WorldSize, start, bytes);
                var from = rank == board.Rank ? work.Input + start : board.OfferOf(rank);
                var to = work.Output + (ShardRange.Cut(call.Elements, rank, board.WorldSize).Start * size) + start;
                if (from != to) Buffer.MemoryCopy(from, to, piece, piece);
                if (rank != board.Rank) wire.CountMoved(piece);
            }
            board.Finish(waiter);
        }
    }

    internal static void Ring(Wire wire, in CollectiveWork work, in CollectiveCall call)
    {
        var size = call.Element.Bytes();
        var own = ShardRange.Cut(call.Elements, wire.Rank, wire.WorldSize);
        var place = work.Output + (own.Start * size);
        if (place != work.Input) Buffer.MemoryCopy(work.Input, place, own.Length * size, own.Length * size);
        PassRound(wire, work.Output, call.Elements, size, first: wire.Rank);
    }

    /// <summary>N−1 steps: each rank first sends shard <paramref name="first"/>, then what it got last.</summary>
    internal static void PassRound(Wire wire, byte* data, long elements, int elementBytes, int first)
    {
        for (var step = 0; step < wire.WorldSize - 1; step++)
            RingAllReduce.Pass(wire, data, elements, elementBytes, first - step, combine: null);
    }

    private static long PieceOf(int rank, in CollectiveCall call, int worldSize, long start, long bytes)
    {
        var shard = ShardRange.Cut(call.Elements, rank, worldSize).Length * call.Element.Bytes();
        return Math.Clamp(shard - start, 0, bytes);
    }
}
