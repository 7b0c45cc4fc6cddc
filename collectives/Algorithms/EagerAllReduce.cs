namespace TuneGraph.Collectives;

/// <summary>
/// All-reduce of a short vector between two ranks, on the board: each copies its vector there; both arrive; each sums
/// both, in rank order, into its own. One synchronisation where <see cref="DirectAllReduce"/> needs two, for as many
/// bytes read from the other.
/// </summary>
/// <remarks>
/// Best medians in us, two bound threads of a two-core EPYC guest, eager and direct: 1 KiB 0.5 and 0.9, 2 KiB 0.6 and
/// 0.5, 4 KiB 0.8 and 0.5. Four ranks would gain too where they share cores (4 KiB 18 and 24, 8 KiB 10 and 26), but
/// each would read (N−1)·S bytes, twice what the other algorithms send.
/// </remarks>
internal static unsafe class EagerAllReduce
{
    internal static bool Fits(Board board, long bytes) => board.WorldSize == 2 && bytes <= BoardLayout.EagerBytes;

    internal static void Run(
        Board board, Waiter waiter, Wire wire, in CollectiveCall call, byte* data, ReduceKernel kernel, int divisor)
    {
        var bytes = call.Elements * kernel.ElementBytes;
        var turn = board.NextTurn;
        var own = board.EagerSlot(board.Rank, turn);
        *(CollectiveCall*)own = call;
        Buffer.MemoryCopy(data, own + BoardLayout.Line, BoardLayout.EagerBytes, bytes);
        board.Arrive(waiter);
        var vectors = stackalloc nint[board.WorldSize];
        for (var rank = 0; rank < board.WorldSize; rank++)
        {
            var slot = board.EagerSlot(rank, turn);
            if (!call.Matches(*(CollectiveCall*)slot)) ThrowMismatch(board, call, rank, *(CollectiveCall*)slot);
            vectors[rank] = (nint)(slot + BoardLayout.Line);
        }
        var target = (nint)data;
        kernel.Fuse(new(vectors, board.WorldSize), new(ref target), 0, call.Elements, divisor);
        wire.CountMoved((board.WorldSize - 1) * bytes);
    }

    /// <summary>A rank that made a call of another kind has left nothing here; its place on the board tells.</summary>
    private static void ThrowMismatch(Board board, in CollectiveCall mine, int rank, in CollectiveCall left)
    {
        var other = left.Sequence == mine.Sequence ? left : board.StatusOf(rank).Call;
        throw new CollectiveMismatchException(board.Rank, mine, rank, other);
    }
}
