namespace TuneGraph.Collectives;

/// <summary>
/// Reduce-scatter by one message per pair of ranks: in step i rank r sends shard r+i to its owner and takes its own
/// shard from rank r−i. All contributions are kept and then summed in rank order. (N−1)/N·S bytes sent per rank, as
/// much scratch.
/// </summary>
internal static unsafe class PairwiseReduceScatter
{
    /// <param name="wire">Carries the messages.</param>
    /// <param name="scratch">Takes the other ranks' contributions.</param>
    /// <param name="input">The whole vector.</param>
    /// <param name="output">Takes this rank's shard of the reduction; may lie inside <paramref name="input"/>.</param>
    /// <param name="elements">Length of the whole vector.</param>
    /// <param name="kernel">The reduction.</param>
    /// <param name="divisor">Divides the result.</param>
    internal static void Run(
        Wire wire, Scratch scratch, byte* input, byte* output, long elements, ReduceKernel kernel, int divisor)
    {
        var n = wire.WorldSize;
        var own = ShardRange.Cut(elements, wire.Rank, n);
        var ownBytes = own.Length * kernel.ElementBytes;
        var room = scratch.Reserve((n - 1) * ownBytes);
        var sources = stackalloc nint[n];
        sources[wire.Rank] = (nint)(input + (own.Start * kernel.ElementBytes));
        for (var step = 1; step < n; step++)
        {
            var to = (wire.Rank + step) % n;
            var from = (wire.Rank + n - step) % n;
            var shard = ShardRange.Cut(elements, to, n);
            var place = room + ((step - 1) * ownBytes);
            sources[from] = (nint)place;
            wire.Exchange(
                to, input + (shard.Start * kernel.ElementBytes), shard.Length * kernel.ElementBytes,
                from, place, ownBytes);
        }
        var target = (nint)output;
        kernel.Fuse(new(sources, n), new(ref target), 0, own.Length, divisor);
    }
}
