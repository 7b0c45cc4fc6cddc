using System.Diagnostics;

namespace TuneGraph.Collectives;

/// <summary>Which code carries out which call, on shared memory and by messages.</summary>
internal sealed unsafe class CollectiveDispatch(Transport transport, Waiter waiter, Wire wire)
{
    private readonly Scratch _scratch = new();

    internal void Run(in CollectiveCall call, in CollectiveWork work)
    {
        if (transport.Board is not { } board || !RunDirect(board, call, work)) RunByMessages(call, work);
    }

    private bool RunDirect(Board board, in CollectiveCall call, in CollectiveWork work)
    {
        switch (call.Kind)
        {
            case CollectiveKind.AllReduce
                when call.Algorithm == AllReduceAlgorithm.Direct && EagerAllReduce.Fits(board, work.Bytes):
                EagerAllReduce.Run(board, waiter, wire, call, work.Output, KernelOf(call), DivisorOf(call));
                return true;
            case CollectiveKind.AllReduce when call.Algorithm == AllReduceAlgorithm.Direct:
                DirectAllReduce.Run(board, waiter, wire, call, work.Output, KernelOf(call), DivisorOf(call));
                return true;
            case CollectiveKind.ReduceScatter:
                ReduceScatterCalls.Direct(board, waiter, wire, work, call, KernelOf(call), DivisorOf(call));
                return true;
            case CollectiveKind.AllGather:
                AllGatherCalls.Direct(board, waiter, wire, work, call);
                return true;
            case CollectiveKind.Broadcast:
                BroadcastCalls.Direct(board, waiter, wire, call, work.Output);
                return true;
            case CollectiveKind.Barrier or CollectiveKind.Split:
                BarrierCalls.Direct(board, waiter, call);
                return true;
            default: return false;
        }
    }

    private void RunByMessages(in CollectiveCall call, in CollectiveWork work)
    {
        switch (call.Kind)
        {
            case CollectiveKind.AllReduce: AllReduce(call, work.Output); break;
            case CollectiveKind.ReduceScatter:
                PairwiseReduceScatter.Run(
                    wire, _scratch, work.Input, work.Output, call.Elements, KernelOf(call), DivisorOf(call));
                break;
            case CollectiveKind.AllGather: AllGatherCalls.Ring(wire, work, call); break;
            case CollectiveKind.Broadcast: BroadcastCalls.Tree(wire, work.Output, work.Bytes, call.Root); break;
            case CollectiveKind.Reduce:
                RootedCalls.Reduce(wire, _scratch, work, call, KernelOf(call), DivisorOf(call));
                break;
            case CollectiveKind.Gather: RootedCalls.Gather(wire, work, call); break;
            case CollectiveKind.Scatter: RootedCalls.Scatter(wire, work, call); break;
            case CollectiveKind.AllToAll: RootedCalls.AllToAll(wire, work); break;
            case CollectiveKind.Barrier or CollectiveKind.Split: BarrierCalls.Dissemination(wire); break;
            case CollectiveKind.Send: wire.Send(call.Root, work.Input, work.Bytes); break;
            case CollectiveKind.Receive: wire.Receive(call.Root, work.Output, work.Bytes); break;
            default: throw new UnreachableException($"Unhandled collective {call.Kind}.");
        }
    }

    private void AllReduce(in CollectiveCall call, byte* data)
    {
        var (kernel, divisor) = (KernelOf(call), DivisorOf(call));
        switch (call.Algorithm)
        {
            case AllReduceAlgorithm.Ring: RingAllReduce.Run(wire, data, call.Elements, kernel, divisor); break;
            case AllReduceAlgorithm.Tree: TreeAllReduce.Run(wire, data, call.Elements, kernel, divisor); break;
            case AllReduceAlgorithm.HalvingDoubling:
                HalvingDoublingAllReduce.Run(wire, data, call.Elements, kernel, divisor);
                break;
            case AllReduceAlgorithm.Doubling:
                DoublingAllReduce.Run(wire, data, call.Elements, kernel, divisor);
                break;
            case AllReduceAlgorithm.Hierarchical:
                HierarchicalAllReduce.Run(wire, transport.Hosts, data, call.Elements, kernel, divisor);
                break;
            case AllReduceAlgorithm.Direct: AllReduceByPairs(call.Elements, data, kernel, divisor); break;
            default: throw new UnreachableException($"Unhandled algorithm {call.Algorithm}.");
        }
    }

    private void AllReduceByPairs(long elements, byte* data, ReduceKernel kernel, int divisor)
    {
        var own = ShardRange.Cut(elements, wire.Rank, wire.WorldSize);
        var place = data + (own.Start * kernel.ElementBytes);
        PairwiseReduceScatter.Run(wire, _scratch, data, place, elements, kernel, divisor);
        AllGatherCalls.PassRound(wire, data, elements, kernel.ElementBytes, first: wire.Rank);
    }

    private int DivisorOf(in CollectiveCall call) => call.Op == ReduceOp.Mean ? transport.WorldSize : 1;

    private static ReduceKernel KernelOf(in CollectiveCall call) => ReduceKernel.For(call.Element, call.Op);
}
