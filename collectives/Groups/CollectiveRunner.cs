using System.Diagnostics;

namespace TuneGraph.Collectives;

/// <summary>Runs one member's calls, one at a time: numbers them, publishes them, picks the algorithm, and ends the group
/// for everyone when a call fails.</summary>
internal sealed unsafe class CollectiveRunner
{
    private readonly Lock _gate = new();
    private readonly Transport _transport;
    private readonly ProcessGroupOptions _options;
    private readonly Waiter _waiter;
    private readonly Wire _wire;
    private long _sequence;
    private bool _disposed;

    internal CollectiveRunner(Transport transport, ProcessGroupOptions options)
    {
        _transport = transport;
        _options = options;
        _waiter = new(transport, options);
        _wire = new(transport, _waiter);
    }

    private Board? Board => _transport.Board;

    internal TrafficCounters Traffic => _wire.Traffic;

    internal void Run(in CollectiveWork work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(ProcessGroup));
            var call = work.Call with { Sequence = work.Call.Kind.IsCollective() ? ++_sequence : _sequence };
            if (_transport.WorldSize == 1) return;
            if (_transport.Notice is { } notice) throw new CollectiveAbortedException(notice, call);
            Enter(call, work);
            try
            {
                work.CancellationToken.ThrowIfCancellationRequested();
                Dispatch(call, work);
            }
            catch (Exception e)
            {
                // A half-done collective cannot be taken back: the group is over for everyone, and all are told why.
                _waiter.Progressed();
                _transport.Abort(new(_transport.Rank, Waiter.ReasonOf(e)));
                throw;
            }
            _transport.Publish(call, inside: false);
        }
    }

    internal void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _transport.Dispose();
        }
    }

    private void Enter(in CollectiveCall call, in CollectiveWork work)
    {
        _waiter.Begin(call, work.CancellationToken);
        _wire.Begin(call);
        _transport.Publish(call, inside: true);
    }

    private void Dispatch(in CollectiveCall call, in CollectiveWork work)
    {
        switch (call.Kind)
        {
            case CollectiveKind.AllReduce: AllReduce(call, work); break;
            case CollectiveKind.Broadcast when Board is { } board:
                BroadcastCalls.Direct(board, _waiter, _wire, call, work.Output);
                break;
            case CollectiveKind.Broadcast: BroadcastCalls.Tree(_wire, work.Output, work.Bytes, call.Root); break;
            case CollectiveKind.Barrier when Board is { } board: BarrierCalls.Direct(board, _waiter, call); break;
            case CollectiveKind.Barrier: BarrierCalls.Dissemination(_wire); break;
            default: throw new UnreachableException($"Unhandled collective {call.Kind}.");
        }
    }

    private void AllReduce(in CollectiveCall call, in CollectiveWork work)
    {
        var kernel = ReduceKernel.For(call.Element, call.Op);
        var divisor = call.Op == ReduceOp.Mean ? _transport.WorldSize : 1;
        switch (call.Algorithm)
        {
            case AllReduceAlgorithm.Ring:
                RingAllReduce.Run(_wire, work.Output, call.Elements, kernel, divisor);
                break;
            case AllReduceAlgorithm.Direct:
                DirectAllReduce.Run(_transport.Board!, _waiter, _wire, call, work.Output, kernel, divisor);
                break;
            default: throw new UnreachableException($"Unhandled algorithm {call.Algorithm}.");
        }
    }
}
