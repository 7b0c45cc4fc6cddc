namespace TuneGraph.Graph;

/// <summary>Says in words why a task does not run.</summary>
internal sealed class Explanation(GraphState state, Reservation reservation)
{
    private const int MostNamed = 3;

    public string Of(TaskNode node) => node.State switch
    {
        TaskState.Waiting => WhyWaiting(node),
        TaskState.Ready => WhyReady(node),
        TaskState.Running => $"it is not pending: it runs on {node.Lease?.Describe()}",
        TaskState.Erred or TaskState.Cancelled => $"it is not pending: {node.State} ({node.Extras?.Reason})",
        _ => $"it is not pending: {node.State}",
    };

    private static string WhyWaiting(TaskNode node)
    {
        var reasons = new List<string>();
        if (node.WaitingOn > 0)
            reasons.Add(Dependencies(node));
        if (node.Lease is { } lease)
            reasons.Add($"its old attempt {lease.Attempt} has yet to stop on {lease.Describe()}");
        if (node.IsBackingOff)
        {
            reasons.Add(
                $"attempt {node.Attempt} failed ({node.Extras?.Reason}), "
                + $"and the next is due at {node.Extras?.RetryAt:c}");
        }
        return string.Join("; ", reasons);
    }

    private static string Dependencies(TaskNode node)
    {
        var missing = node.Dependencies.Where(dependency => dependency.State != TaskState.Succeeded).ToList();
        var named = missing.Take(MostNamed).Select(dependency => $"'{dependency.Key}' ({dependency.State})");
        var more = missing.Count > MostNamed ? $" and {missing.Count - MostNamed} more" : "";
        var list = string.Join(", ", named);
        return $"waits for {missing.Count} of {node.Dependencies.Length} dependencies: {list}{more}";
    }

    private string WhyReady(TaskNode node)
    {
        if (state.IsStopping)
            return "the graph is stopping: no task is started any more";
        if (node.Extras?.Home is { } home)
            return $"waits for {home}, which holds its inputs and is busy; moving them would take longer";
        if (state.Workers.Count == 0)
            return "no worker has joined";
        var allowed = state.WorkersInOrder.Where(node.Shape.Allows).ToList();
        if (allowed.Count == 0)
            return $"none of the {state.Workers.Count} workers is allowed: {Wishes(node.Shape.Constraints)}";
        var taking = allowed.Where(worker => worker.TakesTasks).ToList();
        if (taking.Count == 0)
            return $"all allowed workers ({Names(allowed)}) are paused or retiring";
        return Lack(node, taking);
    }

    private string Lack(TaskNode node, List<WorkerNode> workers)
    {
        var shape = node.Shape;
        var inAll = workers.ConvertAll(worker => (worker, worker.RoomInAll(shape)));
        if (GangFit.Lay([.. inAll], shape.Ranks, shape.Placement) is null)
            return $"{Scarcest(shape, workers)}; it can never start on the workers that are there";
        if (!shape.IsAdmitted)
            return $"'{shape.Group.Name}' has {Slots(shape.Group.UsedSlots)} of the {shape.Group.Spec.Quota} that its "
                + $"quota allows, and this task takes {shape.Ranks}";
        var free = workers.ConvertAll(worker => (worker, worker.RoomNow(shape, reservation.MayUse(node))));
        if (GangFit.Lay([.. free], shape.Ranks, shape.Placement) is not null)
            return "it fits, and starts with the next event";
        var text = $"{Scarcest(shape, workers)}; {Ahead(node)}{Holders(shape.Group)}";
        if (reservation.Owner == node)
            return $"{text}; room is reserved for it on {Names(reservation.Claimed)}";
        return reservation.Owner is { } owner && reservation.Claimed.Any(workers.Contains)
            ? $"{text}; room on {Names(reservation.Claimed)} is reserved for '{owner.Key}'"
            : text;
    }

    /// <summary>For example: needs 4 accelerators on one worker; the largest free is 2 on w3.</summary>
    private string Scarcest(Shape shape, List<WorkerNode> workers)
    {
        var isTogether = shape.Ranks == 1 || shape.Placement == GangPlacement.OneWorker;
        var ranksTogether = isTogether ? shape.Ranks : 1;
        for (var index = 0; index < shape.Need.Length; index++)
        {
            var need = shape.Need[index] * ranksTogether;
            var best = workers.MaxBy(worker => Free(worker, index))!;
            if (need <= Free(best, index))
                continue;
            var name = state.Names.NameOf(index);
            var ofAll = index < best.Total.Length ? best.Total[index] : 0;
            return $"needs {Say(index, need)} {name} on one worker; "
                + $"the largest free is {Say(index, Free(best, index))} on {best} (of {Say(index, ofAll)})";
        }
        var rooms = workers.ConvertAll(worker => worker.RoomNow(shape, mayUseReserved: true));
        var each = shape.Need.Length == 0 ? "" : $", each with {Needs(shape)}";
        if (isTogether)
        {
            var most = rooms.Max();
            var where = $"the largest free is {most} on {workers[rooms.IndexOf(most)]}";
            return $"needs {Slots(shape.Ranks)} on one worker{each}; {where}";
        }
        return shape.Placement == GangPlacement.DistinctWorkers
            ? $"needs {shape.Ranks} workers with a free slot each{each}; "
                + $"{rooms.Count(room => room > 0)} of {rooms.Count} have one"
            : $"needs {Slots(shape.Ranks)} at once{each}; {rooms.Sum()} are free on {workers.Count} workers";
    }

    private string Needs(Shape shape) => string.Join(", ", shape.Need
        .Select((need, index) => (need, index))
        .Where(item => item.need > 0)
        .Select(item => $"{Say(item.index, item.need)} {state.Names.NameOf(item.index)}"));

    private string Ahead(TaskNode node)
    {
        var ahead = state.Ready.Listed.Where(shape => shape.IsAdmitted)
            .SelectMany(shape => shape.Queue.Current(null))
            .Where(other => ReadyTasks.IsBefore(other, node)).ToList();
        if (ahead.Count == 0)
            return "no ready task is ahead of it";
        var others = ahead.Select(other => other.Shape.Group).Distinct().Where(group => group != node.Shape.Group)
            .OrderBy(group => group.Name, StringComparer.Ordinal)
            .Select(group => Turn(group, node.Shape.Group));
        return $"{ahead.Count} ready {(ahead.Count == 1 ? "task is" : "tasks are")} ahead of it"
            + string.Concat(others.Take(MostNamed).Select(turn => $"; {turn}"));
    }

    /// <summary>Who has slots, where work is divided between groups.</summary>
    private string Holders(GroupNode waiting) => string.Concat(
        state.Shares.All.Where(group => group is { UsedSlots: > 0, Name.Length: > 0 } && group != waiting)
            .OrderByDescending(group => group.UsedSlots).ThenBy(group => group.Name, StringComparer.Ordinal)
            .Take(MostNamed)
            .Select(group => $"; '{group.Name}' has {Slots(group.UsedSlots)}"));

    private static string Turn(GroupNode first, GroupNode second) =>
        first.Spec.Priority != second.Spec.Priority
            ? $"'{first.Name}' goes first, for its priority {first.Spec.Priority} over {second.Spec.Priority}"
            : $"'{first.Name}' goes first, which has had less of its share";

    private static long Free(WorkerNode worker, int index) =>
        index < worker.Total.Length ? worker.Total[index] - worker.Used[index] : 0;

    private static string Say(int index, long amount) =>
        FormattableString.Invariant($"{ResourceNames.InUnits(index, amount):0.###}");

    private static string Slots(int count) => count == 1 ? "1 slot" : $"{count} slots";

    private static string Names(IReadOnlyList<WorkerNode> workers) => workers.Count <= MostNamed
        ? string.Join(", ", workers)
        : $"{string.Join(", ", workers.Take(MostNamed))} and {workers.Count - MostNamed} more";

    private static string Wishes(WorkerConstraints wishes)
    {
        var parts = new List<string>();
        if (!wishes.Labels.IsEmpty)
            parts.Add($"the labels {string.Join(", ", wishes.Labels)}");
        if (!wishes.Only.IsEmpty)
            parts.Add($"only {string.Join(", ", wishes.Only)}");
        if (!wishes.Excluded.IsEmpty)
            parts.Add($"not {string.Join(", ", wishes.Excluded)}");
        return $"it asks for {string.Join(" and ", parts)}";
    }
}
