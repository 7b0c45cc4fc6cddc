namespace TuneGraph.Graph;

internal enum PlacementOutcome : byte
{
    NoRoom,
    Placed,
    Homed,
}

/// <summary>
/// Chooses workers by earliest expected start: the wait for a slot plus the bytes to move over the measured bandwidth, as
/// <c>worker_objective</c> of Dask's scheduler does; then the least loaded worker that holds the fewest bytes.
/// </summary>
internal sealed class Placer(GraphState state, Leases leases, Reservation reservation)
{
    private readonly Dictionary<WorkerNode, long> _localBytes = [];
    private readonly List<(WorkerNode Worker, int Room)> _offers = [];

    public PlacementOutcome TryPlace(TaskNode node)
    {
        var mayUseReserved = reservation.MayUse(node);
        if (node.Shape.Ranks > 1)
            return TryGang(node, mayUseReserved);
        if (Preferred(node, mayUseReserved) is { } preferred)
            return Place(node, preferred);
        var inputBytes = WeighInputs(node);
        if (inputBytes == 0)
            return FirstIdle(node, mayUseReserved) is { } idle ? Place(node, idle) : PlacementOutcome.NoRoom;
        return PlaceNearInputs(node, inputBytes, mayUseReserved);
    }

    /// <summary>How long it takes to bring a task's inputs to a worker.</summary>
    public long TransferTicks(TaskNode node, WorkerNode worker)
    {
        var total = WeighInputs(node);
        return TransferTicks(total - _localBytes.GetValueOrDefault(worker));
    }

    public PlacementOutcome Place(TaskNode node, WorkerNode worker)
    {
        leases.Begin(node, worker.AsRanks);
        return PlacementOutcome.Placed;
    }

    private PlacementOutcome TryGang(TaskNode node, bool mayUseReserved)
    {
        _offers.Clear();
        foreach (var worker in state.Idle)
        {
            if (node.Shape.Allows(worker))
                _offers.Add((worker, worker.RoomNow(node.Shape, mayUseReserved)));
        }
        if (GangFit.Lay(_offers, node.Shape.Ranks, node.Shape.Placement) is not { } laid)
            return PlacementOutcome.NoRoom;
        leases.Begin(node, laid);
        return PlacementOutcome.Placed;
    }

    private WorkerNode? Preferred(TaskNode node, bool mayUseReserved)
    {
        if (node.Shape.AllowsAll)
            return null;
        foreach (var id in node.Shape.Constraints.Preferred)
        {
            if (state.Find(id) is { TakesTasks: true, HasFreeSlot: true } worker && node.Shape.Allows(worker)
                && worker.RoomNow(node.Shape, mayUseReserved) > 0)
                return worker;
        }
        return null;
    }

    private WorkerNode? FirstIdle(TaskNode node, bool mayUseReserved)
    {
        foreach (var worker in state.Idle)
        {
            if (worker.RoomNow(node.Shape, mayUseReserved) > 0 && node.Shape.Allows(worker))
                return worker;
        }
        return null;
    }

    private PlacementOutcome PlaceNearInputs(TaskNode node, long inputBytes, bool mayUseReserved)
    {
        var best = FirstIdle(node, mayUseReserved);
        var bestTicks = best is null ? long.MaxValue : StartTicks(best, inputBytes - _localBytes.GetValueOrDefault(best));
        WorkerNode? busy = null;
        var busyTicks = bestTicks;
        foreach (var (worker, bytes) in _localBytes)
        {
            if (!worker.TakesTasks || !node.Shape.Allows(worker))
                continue;
            var move = TransferTicks(inputBytes - bytes);
            if (worker.RoomNow(node.Shape, mayUseReserved) > 0)
            {
                var start = StartTicks(worker, inputBytes - bytes);
                if (start < bestTicks || (start == bestTicks && IsLighter(worker, best)))
                    (best, bestTicks) = (worker, start);
            }
            else if (move < busyTicks && node.Shape.IsPlain)
            {
                var start = move + worker.WaitTicks(state.Now, state.Expect(node).Ticks);
                if (start < busyTicks)
                    (busy, busyTicks) = (worker, start);
            }
        }
        if (best is null)
            return PlacementOutcome.NoRoom;
        return busy is not null && busyTicks < bestTicks ? Home(node, busy) : Place(node, best);
    }

    /// <summary>Ticks until a task with so many bytes to move could start on a worker that takes it now, perhaps ahead of a free slot.</summary>
    private long StartTicks(WorkerNode worker, long bytesToMove) =>
        TransferTicks(bytesToMove) + (worker.HasFreeSlot ? 0 : worker.WaitTicks(state.Now, 0));

    private PlacementOutcome Home(TaskNode node, WorkerNode worker)
    {
        state.SetHome(node, worker);
        state.Note(node, Cause.Homed, worker);
        return PlacementOutcome.Homed;
    }

    /// <summary>Sums the bytes of a task's inputs, and what of them lies on which worker.</summary>
    private long WeighInputs(TaskNode node)
    {
        var total = 0L;
        _localBytes.Clear();
        foreach (var dependency in node.Dependencies)
        {
            if (dependency.Bytes == 0 || dependency.Holder is null)
                continue;
            total += dependency.Bytes;
            Credit(dependency.Holder, dependency.Bytes);
            if (dependency.Extras is null)
                continue;
            foreach (var copy in dependency.Extras.Copies)
                Credit(copy, dependency.Bytes);
        }
        return total;
    }

    private void Credit(WorkerNode worker, long bytes) =>
        _localBytes[worker] = _localBytes.GetValueOrDefault(worker) + bytes;

    private long TransferTicks(long bytes) => bytes <= 0
        ? 0
        : state.Options.TransferLatency.Ticks + (long)(bytes / state.Bandwidth * TimeSpan.TicksPerSecond);

    private static bool IsLighter(WorkerNode worker, WorkerNode? other) =>
        other is null || (worker.UsedSlots, worker.HeldBytes, worker.Number).CompareTo((other.UsedSlots, other.HeldBytes, other.Number)) < 0;
}
