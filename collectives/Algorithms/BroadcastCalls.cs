using System.Numerics;

namespace TuneGraph.Collectives;

/// <summary>
/// Broadcast: straight from the root's memory where it can be reached, down a binomial tree elsewhere.
/// </summary>
internal static unsafe class BroadcastCalls
{
    internal static void Direct(Board board, Waiter waiter, Wire wire, in CollectiveCall call, byte* data)
    {
        var bytes = call.Elements * call.Element.Bytes();
        foreach (var (start, pass) in new Passes(bytes, board.PassBytes))
        {
            board.Offer(data + start, pass, copy: board.Rank == call.Root);
            board.Arrive(waiter);
            board.VerifyCalls(call);
            if (board.Rank != call.Root)
            {
                Buffer.MemoryCopy(board.OfferOf(call.Root), data + start, pass, pass);
                wire.CountMoved(pass);
            }
            board.Finish(waiter);
        }
    }

    /// <summary>
    /// Ranks are renumbered from the root; rank v &gt; 0 receives from v without its highest bit, then sends to v + 2ᵏ
    /// for every 2ᵏ above it: ⌈log₂N⌉ steps.
    /// </summary>
    internal static void Tree(Wire wire, byte* data, long bytes, int root)
    {
        var n = wire.WorldSize;
        var rank = (wire.Rank - root + n) % n;
        var high = rank == 0 ? 0 : 1 << BitOperations.Log2((uint)rank);
        if (rank > 0) wire.Receive((rank - high + root) % n, data, bytes);
        for (var bit = rank == 0 ? 1 : high << 1; rank + bit < n; bit <<= 1)
            wire.Send((rank + bit + root) % n, data, bytes);
    }
}
