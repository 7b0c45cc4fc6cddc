namespace TuneGraph.Collectives;

/// <summary>
/// Barrier: on the board's two words, or by dissemination (Hensgen, Finkel, Manber 1988): ⌈log₂N⌉ rounds.
/// </summary>
internal static unsafe class BarrierCalls
{
    internal static void Direct(Board board, Waiter waiter, in CollectiveCall call)
    {
        board.Arrive(waiter);
        board.VerifyCalls(call);
        board.Finish(waiter);
    }

    /// <summary>
    /// In round k rank r tells r + 2ᵏ and hears from r − 2ᵏ; after the last round it has heard of all, at one remove or
    /// more.
    /// </summary>
    internal static void Dissemination(Wire wire)
    {
        var n = wire.WorldSize;
        for (var distance = 1; distance < n; distance <<= 1)
            wire.Exchange((wire.Rank + distance) % n, null, 0, (wire.Rank + n - distance) % n, null, 0);
    }
}
