namespace TuneGraph.Collectives;

/// <summary>
/// All-reduce where every rank can reach every rank's vector: all arrive; each rank sums its shard over all vectors, in
/// rank order, and stores the sum into all of them; all finish. One read and one write per byte and rank, two
/// synchronisations.
/// </summary>
internal static unsafe class DirectAllReduce
{
    private const int LineBytes = 64;

    internal static void Run(
        Board board, Waiter waiter, Wire wire, in CollectiveCall call, byte* data, ReduceKernel kernel, int divisor)
    {
        var bytes = call.Elements * kernel.ElementBytes;
        var vectors = stackalloc nint[board.WorldSize];
        foreach (var (start, pass) in new Passes(bytes, board.PassBytes))
        {
            var offer = board.Offer(data + start, pass, copy: true);
            board.Arrive(waiter);
            board.VerifyCalls(call);
            for (var rank = 0; rank < board.WorldSize; rank++) vectors[rank] = (nint)board.OfferOf(rank);
            var moved = SumShard(new(vectors, board.WorldSize), board.Rank, pass, kernel, divisor);
            wire.CountMoved(2 * (board.WorldSize - 1) * moved);
            board.Finish(waiter);
            if (offer != data + start) Buffer.MemoryCopy(offer, data + start, pass, pass);
        }
    }

    /// <summary>Shards of whole cache lines, so that no two ranks write to one.</summary>
    private static long SumShard(ReadOnlySpan<nint> vectors, int rank, long bytes, ReduceKernel kernel, int divisor)
    {
        var elements = bytes / kernel.ElementBytes;
        var perLine = LineBytes / kernel.ElementBytes;
        var lines = ShardRange.Cut(elements / perLine, rank, vectors.Length);
        var end = rank == vectors.Length - 1 ? elements : lines.End * perLine;
        kernel.Fuse(vectors, vectors, lines.Start * perLine, end, divisor);
        return (end - (lines.Start * perLine)) * kernel.ElementBytes;
    }
}
