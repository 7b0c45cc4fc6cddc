namespace TuneGraph.Graph;

/// <summary>Fills an empty machine from a snapshot.</summary>
internal sealed class SnapshotReader(GraphState state, Results results, Reservation reservation)
{
    /// <summary>Workers that are lost, but still named by the lease of a broken gang.</summary>
    private readonly Dictionary<WorkerId, WorkerNode> _gone = [];

    public void Read(GraphSnapshot snapshot)
    {
        state.Now = snapshot.Now;
        state.Bandwidth = snapshot.BandwidthBytesPerSecond;
        state.NextOrder = snapshot.NextOrder;
        state.NextWorkerNumber = snapshot.NextWorkerNumber;
        state.AttemptFloor = snapshot.AttemptFloor;
        state.IsStopping = snapshot.IsStopping;
        foreach (var family in snapshot.Families)
            state.AddFamily(new TaskFamily(family.Name) { DurationTicks = family.DurationTicks, Bytes = family.Bytes });
        AddGroups(snapshot);
        foreach (var worker in snapshot.Workers)
            AddWorker(worker);
        foreach (var task in snapshot.Tasks)
            AddTask(task);
        foreach (var node in state.Tasks.Values.OrderBy(node => node.Order))
            Count(node);
        foreach (var worker in state.WorkersInOrder)
            state.Idle.Update(worker);
        foreach (var due in snapshot.Deadlines)
            state.Deadlines.Add(new Deadline(Enum.Parse<DeadlineKind>(due.Kind), Node(due.Key), due.Attempt, due.Due));
        state.Deadlines.Set = snapshot.Timer;
        foreach (var overtaken in snapshot.Overtaken)
            Node(overtaken.Like).Shape.OvertakenSince = overtaken.Since;
        if (snapshot.Reservation is { } reserved)
            reservation.Restore(Node(reserved.Like).Shape, reserved.Start, [.. reserved.Ranks.Select(Worker)]);
        foreach (var step in snapshot.Story)
            state.Story.Restore(Node(step.Key), step);
    }

    private void AddGroups(GraphSnapshot snapshot)
    {
        foreach (var (group, served) in snapshot.Groups)
            (state.Shares.Of(group.Name).Spec, state.Shares.Of(group.Name).Served) = (group, served);
        foreach (var (priority, time) in snapshot.Clocks)
            state.Shares.SetClock(priority, time);
        state.Shares.TypicalTicks = snapshot.TypicalTicks;
    }

    private void AddWorker(WorkerSnapshot from)
    {
        var total = state.Names.AmountsOf(from.Spec.Resources);
        var worker = new WorkerNode(from.Spec, from.Number, total, state.Options.WorkerSaturation)
        {
            IsPaused = from.IsPaused,
            IsRetiring = from.IsRetiring,
        };
        state.Workers.Add(from.Spec.Id.Value, worker);
        state.WorkersInOrder.Add(worker);
    }

    private void AddTask(TaskSnapshot from)
    {
        var node = new TaskNode(from.Spec)
        {
            Shape = state.Ready.ShapeOf(from.Spec),
            Family = state.FamilyOf(from.Spec),
            State = from.State,
            Order = from.Order,
            Attempt = from.Attempt,
            Bytes = from.Bytes,
            IsDurable = from.IsDurable,
            IsDropped = from.IsDropped,
            IsBackingOff = from.IsBackingOff,
            Dependencies = from.Spec.Dependencies.IsEmpty ? [] : [.. from.Spec.Dependencies.Select(Node)],
        };
        state.Tasks.Add(from.Spec.Key.Value, node);
        state.Counts[(int)from.State]++;
        foreach (var dependency in node.Dependencies)
            dependency.AddDependent(node);
        AddTrouble(node, from);
        foreach (var holder in from.Holders)
            results.AddHolder(node, Worker(holder));
        node.IsSpilled = from.IsSpilled;
        if (from.Home is { } home)
            state.SetHome(node, Worker(home));
        if (from.Lease is { } lease)
            AddLease(node, lease);
    }

    private static void AddTrouble(TaskNode node, TaskSnapshot from)
    {
        if (from is { Failures: 0, Reason: null, Kills: [] } && from.RetryAt == default)
            return;
        var extras = node.NeedExtras();
        extras.Failures = from.Failures;
        extras.RetryAt = from.RetryAt;
        extras.Reason = from.Reason;
        extras.Kills.AddRange(from.Kills);
    }

    private void AddLease(TaskNode node, LeaseSnapshot from)
    {
        var ranks = from.Ranks.Select(id => state.Find(id) ?? Gone(id)).ToArray();
        node.Lease = new Lease(from.Attempt, ranks, from.At, from.Expected.Ticks, from.IsStarted)
        {
            IsStealAsked = from.IsStealAsked,
            IsStopping = from.IsStopping,
            IsBroken = from.IsBroken,
            TimeoutReason = from.TimeoutReason,
            Charged = from.Charged,
        };
        node.Shape.Group.UsedSlots += ranks.Length;
        state.LeaseCount++;
        state.StealsAsked += from.IsStealAsked ? 1 : 0;
        foreach (var worker in ranks)
        {
            Leases.Take(worker, node.Shape.Need);
            worker.Leases.Add(node);
        }
    }

    /// <summary>Works out what follows from the rest: what is missing, who is in which queue.</summary>
    private void Count(TaskNode node)
    {
        if (node.State is TaskState.Ready or TaskState.Running)
            node.Shape.Group.LiveCount++;
        node.WaitingOn = node.Dependencies.Count(dependency => dependency.State != TaskState.Succeeded);
        if (node.IsOpen)
        {
            foreach (var dependency in node.Dependencies)
                dependency.OpenDependents++;
        }
        if (node.State == TaskState.Ready && node.Extras?.Home is null)
            state.Ready.Add(node);
    }

    private WorkerNode Gone(WorkerId id)
    {
        if (!_gone.TryGetValue(id, out var worker))
            worker = _gone[id] = new WorkerNode(
                new WorkerSpec { Id = id }, -1, new long[state.Names.Count], 1)
            { IsGone = true };
        return worker;
    }

    private TaskNode Node(TaskKey key) => state.Find(key)
        ?? throw new GraphException($"The snapshot speaks of task '{key}', which it does not contain.", key);

    private WorkerNode Worker(WorkerId id) => state.Find(id)
        ?? throw new GraphException($"The snapshot speaks of worker '{id}', which it does not contain.");
}
