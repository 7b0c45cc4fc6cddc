namespace TuneGraph.Graph;

/// <summary>Turns the machine into a snapshot.</summary>
internal sealed class SnapshotWriter(GraphState state, Reservation reservation)
{
    public GraphSnapshot Write(bool hasStopped) => new()
    {
        Now = state.Now,
        BandwidthBytesPerSecond = state.Bandwidth,
        NextOrder = state.NextOrder,
        NextWorkerNumber = state.NextWorkerNumber,
        AttemptFloor = state.AttemptFloor,
        IsStopping = state.IsStopping,
        HasStopped = hasStopped,
        Timer = state.Deadlines.Set,
        Tasks = [.. state.Tasks.Values.OrderBy(node => node.Order).Select(Task)],
        Workers = [.. state.WorkersInOrder.Select(worker =>
            new WorkerSnapshot(worker.Spec, worker.Number, worker.IsPaused, worker.IsRetiring))],
        Families = [.. state.Families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)
            .Select(family => new FamilySnapshot(family.Name, family.DurationTicks, family.Bytes))],
        Groups = [.. state.Shares.All.OrderBy(group => group.Name, StringComparer.Ordinal)
            .Select(group => new GroupSnapshot(group.Spec, group.Served))],
        Clocks = [.. state.Shares.Clocks.OrderBy(clock => clock.Key)
            .Select(clock => new ClockSnapshot(clock.Key, clock.Value))],
        TypicalTicks = state.Shares.TypicalTicks,
        Deadlines = [.. state.Deadlines.All.Where(due => due.IsLive)
            .Select(due => new DeadlineSnapshot(due.Kind.ToString(), due.Node.Key, due.Attempt, due.Due))],
        Overtaken = [.. Overtaken()],
        Reservation = reservation.Owner is { } owner
            ? new ReservationSnapshot(owner.Key, reservation.Start, [.. ReservedRanks()])
            : null,
        Story = [.. state.Story.All().Where(step => state.Find(step.Key) is not null)],
    };

    private static TaskSnapshot Task(TaskNode node) => new(node.Spec, node.State, node.Order, node.Attempt)
    {
        Holders = Results.HoldersOf(node),
        Bytes = node.Bytes,
        IsDurable = node.IsDurable,
        IsDropped = node.IsDropped,
        IsSpilled = node.IsSpilled,
        IsBackingOff = node.IsBackingOff,
        RetryAt = node.Extras?.RetryAt ?? default,
        Failures = node.Extras?.Failures ?? 0,
        Reason = node.Extras?.Reason,
        Kills = [.. node.Extras?.Kills ?? []],
        Home = node.Extras?.Home?.Spec.Id,
        Lease = node.Lease is { } lease ? Lease(lease) : null,
    };

    private static LeaseSnapshot Lease(Lease lease) =>
        new(lease.Attempt, [.. lease.Ranks.Select(worker => worker.Spec.Id)], lease.At,
            TimeSpan.FromTicks(lease.ExpectedTicks))
        {
            Charged = lease.Charged,
            IsStarted = lease.IsStarted,
            IsStealAsked = lease.IsStealAsked,
            IsStopping = lease.IsStopping,
            IsBroken = lease.IsBroken,
            TimeoutReason = lease.TimeoutReason,
        };

    private IEnumerable<OvertakenSnapshot> Overtaken() =>
        from shape in state.Ready.Listed
        let first = shape.Queue.Peek(null)
        where first is not null && shape.OvertakenSince is not null
        orderby first.Order
        select new OvertakenSnapshot(first.Key, shape.OvertakenSince!.Value);

    private IEnumerable<WorkerId> ReservedRanks() =>
        reservation.Claimed.SelectMany(worker => Enumerable.Repeat(worker.Spec.Id, worker.ReservedRanks));
}
