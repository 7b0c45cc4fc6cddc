using System.Runtime.CompilerServices;

namespace TuneGraph.Graph;

/// <summary>Everything that must be true between two events.</summary>
internal sealed class Invariants(GraphState state, Reservation reservation)
{
    public void Check()
    {
        var counts = new int[state.Counts.Length];
        var leases = 0;
        foreach (var node in state.Tasks.Values)
        {
            counts[(int)node.State]++;
            leases += node.Lease is null ? 0 : 1;
            CheckState(node);
            CheckDependencies(node);
            CheckLease(node);
            CheckResult(node);
        }
        for (var index = 0; index < counts.Length; index++)
            Demand(counts[index] == state.Counts[index],
                $"{counts[index]} tasks are {(TaskState)index}, counted were {state.Counts[index]}");
        Demand(leases == state.LeaseCount, $"{leases} tasks hold leases, counted were {state.LeaseCount}");
        foreach (var worker in state.WorkersInOrder)
            CheckWorker(worker);
        foreach (var group in state.Shares.All)
            CheckGroup(group);
        CheckReservation();
        Demand(state.Unneeded.Count == 0, "unneeded tasks were not settled");
    }

    private void CheckState(TaskNode node)
    {
        switch (node.State)
        {
            case TaskState.Waiting:
                Demand(node.WaitingOn > 0 || node.Lease is not null || node.IsBackingOff, "it waits for nothing", node);
                break;
            case TaskState.Ready:
                var lacksNothing = node.WaitingOn == 0 && node.Lease is null && !node.IsBackingOff;
                Demand(lacksNothing, "it is ready, but lacks something", node);
                var queue = node.Extras?.Home?.Homed ?? node.Shape.Queue;
                Demand(node.Extras?.Home is not null || node.Shape.IsListed, "its shape is not listed", node);
                Demand(queue.Peek(node.Extras?.Home) is not null, "it is in no queue", node);
                break;
            case TaskState.Running:
                var isLeased = node.Lease is { IsBroken: false } && node.Lease.Attempt == node.Attempt;
                Demand(isLeased, "it runs without a lease", node);
                break;
            case TaskState.Erred:
                Demand(!string.IsNullOrEmpty(node.Extras?.Reason), "it failed without a reason", node);
                break;
        }
    }

    private void CheckDependencies(TaskNode node)
    {
        var missing = 0;
        foreach (var dependency in node.Dependencies)
        {
            Demand(dependency.LiveDependents.Contains(node), $"dependency '{dependency.Key}' does not know it", node);
            Demand(dependency.Order < node.Order, $"dependency '{dependency.Key}' comes later in the order", node);
            if (dependency.State != TaskState.Succeeded)
                missing++;
            if (node.State is TaskState.Waiting or TaskState.Ready)
                Demand(
                    dependency.IsOpen || dependency.State == TaskState.Succeeded,
                    $"it waits for '{dependency.Key}', which is {dependency.State}", node);
        }
        if (node.State is TaskState.Waiting or TaskState.Ready)
            Demand(missing == node.WaitingOn, $"it lacks {missing} results, counted were {node.WaitingOn}", node);
        var open = 0;
        foreach (var dependent in node.LiveDependents)
            open += dependent.IsOpen ? 1 : 0;
        Demand(open == node.OpenDependents, $"{open} dependents are open, counted were {node.OpenDependents}", node);
    }

    private void CheckLease(TaskNode node)
    {
        if (node.Lease is not { } lease)
            return;
        Demand(lease.Ranks.Length == node.Spec.Ranks, $"it holds {lease.Ranks.Length} ranks", node);
        Demand(lease.IsBroken || lease.Ranks.All(worker => !worker.IsGone), "it is leased to a lost worker", node);
        Demand(lease.Ranks.All(worker => worker.IsGone || worker.Leases.Contains(node)),
            "a worker does not know its lease", node);
        Demand(lease.Ranks.All(worker => node.Shape.Allows(worker)), "it is on a worker that is not allowed", node);
        Demand(
            node.State == TaskState.Running || lease.IsStopping || lease.IsStealAsked,
            "an unwanted attempt was not asked to stop", node);
    }

    private void CheckResult(TaskNode node)
    {
        var isHeld = node.Holder is not null || node.IsDurable;
        Demand(isHeld == (node.State == TaskState.Succeeded),
            "it is held by no one, or by someone although it has no result", node);
        if (node.Holder is { } holder)
            Demand(!holder.IsGone && holder.Held[node.HeldIndex] == node, $"{holder} does not hold its result", node);
        if (node.State == TaskState.Succeeded)
            Demand(node.IsWanted || node.OpenDependents > 0, "no one needs its result, and it is kept", node);
    }

    private void CheckWorker(WorkerNode worker)
    {
        var slots = 0;
        var used = new long[worker.Used.Length];
        foreach (var node in worker.Leases)
        {
            var ranks = node.Lease?.Ranks.Count(rank => rank == worker) ?? 0;
            Demand(ranks > 0, $"'{node.Key}' holds no lease on {worker}");
            slots += ranks;
            for (var index = 0; index < node.Shape.Need.Length; index++)
                used[index] += ranks * node.Shape.Need[index];
        }
        Demand(slots == worker.UsedSlots, $"{worker} has {slots} slots in use, counted were {worker.UsedSlots}");
        Demand(slots <= worker.LeaseLimit, $"{worker} has {slots} slots in use, allowed are {worker.LeaseLimit}");
        Demand(used.AsSpan().SequenceEqual(worker.Used), $"{worker} counts its resources wrongly");
        for (var index = 0; index < used.Length; index++)
            Demand(used[index] <= worker.Total[index], $"{worker} gives more {state.Names.NameOf(index)} than it has");
        var bytes = worker.Held.Sum(node => node.Bytes) + worker.Copies.Sum(node => node.Bytes);
        Demand(bytes == worker.HeldBytes, $"{worker} holds {bytes} bytes, counted were {worker.HeldBytes}");
        var homed = worker.Homed.Current(worker).Count();
        Demand(homed == worker.HomedCount, $"{worker} miscounts the tasks that wait for it");
    }

    private void CheckGroup(GroupNode group)
    {
        var own = state.Tasks.Values.Where(node => node.Shape.Group == group).ToList();
        var slots = own.Sum(node => node.Lease?.Ranks.Length ?? 0);
        Demand(slots == group.UsedSlots, $"group '{group.Name}' has {slots} slots, counted were {group.UsedSlots}");
        var live = own.Count(node => node.State is TaskState.Ready or TaskState.Running);
        Demand(live == group.LiveCount, $"group '{group.Name}' has {live} live tasks, counted were {group.LiveCount}");
    }

    private void CheckReservation()
    {
        foreach (var worker in state.WorkersInOrder)
            Demand(worker.ReservedRanks > 0 == reservation.Claimed.Contains(worker),
                $"{worker} keeps room that no one has claimed");
        foreach (var worker in reservation.Claimed)
            Demand(worker.ReservedRanks <= worker.Spec.Slots, $"{worker} keeps more room than it has");
    }

    private void Demand(
        bool isTrue, [InterpolatedStringHandlerArgument(nameof(isTrue))] ref Otherwise otherwise, TaskNode? node = null)
    {
        if (!isTrue)
            throw Broken(otherwise.Text, node);
    }

    private void Demand(bool isTrue, string otherwise, TaskNode? node = null)
    {
        if (!isTrue)
            throw Broken(otherwise, node);
    }

    private GraphException Broken(string what, TaskNode? node) => state.Refuse(
        node is null ? $"An invariant broke: {what}." : $"An invariant broke at '{node.Key}': {what}.", node);

    /// <summary>Makes the words only when they are needed: the check runs after every event of every test.</summary>
    [InterpolatedStringHandler]
    private ref struct Otherwise
    {
        private DefaultInterpolatedStringHandler _text;

        public Otherwise(int literalLength, int formattedCount, bool isTrue, out bool shouldAppend)
        {
            shouldAppend = !isTrue;
            _text = shouldAppend ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
        }

        public string Text => _text.ToStringAndClear();

        public void AppendLiteral(string value) => _text.AppendLiteral(value);

        public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);
    }
}
