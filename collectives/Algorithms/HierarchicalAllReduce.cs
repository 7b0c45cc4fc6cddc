namespace TuneGraph.Collectives;

/// <summary>
/// Inside each host, then between hosts. Where hosts have equally many ranks L: reduce-scatter among the host's ranks,
/// ring all-reduce of each shard among the ranks in the same place of all H hosts, all-gather inside the host; so only
/// 2(H−1) steps cross the network, all ranks at once, with 2(H−1)/H·S/L bytes per rank. Elsewhere: up a tree to the
/// host's first rank, a ring among those, down again.
/// </summary>
internal static unsafe class HierarchicalAllReduce
{
    internal static void Run(
        Wire wire, HostMap map, byte* data, long elements, ReduceKernel kernel, int divisor)
    {
        if (map.IsEven) RunShards(wire, map, data, elements, kernel, divisor);
        else RunLeaders(wire, map, data, elements, kernel, divisor);
    }

    private static void RunShards(
        Wire wire, HostMap map, byte* data, long elements, ReduceKernel kernel, int divisor)
    {
        var size = kernel.ElementBytes;
        wire.Among(map.Mates);
        for (var step = 0; step < wire.WorldSize - 1; step++)
            RingAllReduce.Pass(wire, data, elements, size, wire.Rank - step, kernel);
        var first = wire.Rank + 1;
        var own = ShardRange.Cut(elements, first % wire.WorldSize, wire.WorldSize);
        wire.Among(map.Across);
        RingAllReduce.Run(wire, data + (own.Start * size), own.Length, kernel, divisor);
        wire.Among(map.Mates);
        AllGatherCalls.PassRound(wire, data, elements, size, first);
    }

    private static void RunLeaders(
        Wire wire, HostMap map, byte* data, long elements, ReduceKernel kernel, int divisor)
    {
        wire.Among(map.Mates);
        TreeAllReduce.ReduceUp(wire, data, elements, kernel, root: 0);
        if (wire.Rank == 0)
        {
            wire.Among(map.Across);
            RingAllReduce.Run(wire, data, elements, kernel, divisor);
            wire.Among(map.Mates);
        }
        BroadcastCalls.Tree(wire, data, elements * kernel.ElementBytes, root: 0);
    }
}
