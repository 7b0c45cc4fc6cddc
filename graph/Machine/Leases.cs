using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>Slots and resources: given to an attempt, and taken back when it has ended.</summary>
internal sealed class Leases(GraphState state)
{
    /// <summary>Starts the next attempt of a ready task on the workers of its ranks.</summary>
    public void Begin(TaskNode node, WorkerNode[] ranks)
    {
        var isStarted = !node.Shape.IsPlain || ranks[0].UsedSlots < ranks[0].Spec.Slots;
        node.Attempt++;
        var (expected, isKnown) = state.Expect(node);
        var lease = new Lease(node.Attempt, ranks, state.Now, expected, isStarted)
        {
            Charged = state.Shares.Charge(node.Shape.Group, ranks.Length, expected, isKnown),
        };
        node.Lease = lease;
        state.LeaseCount++;
        foreach (var worker in ranks)
            Take(worker, node.Shape.Need);
        foreach (var worker in ranks)
        {
            worker.Leases.Add(node);
            state.Idle.Update(worker);
        }
        state.Move(node, TaskState.Running, Cause.Leased, lease);
        state.Emit(new StartTask(node.Key, node.Attempt, PlacementsOf(ranks)));
        if (node.Spec.Timeout > TimeSpan.Zero && state.Options.WatchesTimeouts)
            state.Deadlines.Add(new Deadline(DeadlineKind.Timeout, node, node.Attempt, state.Now + node.Spec.Timeout));
    }

    /// <summary>The attempt has ended, however: its slots are free.</summary>
    public void End(TaskNode node)
    {
        var lease = node.Lease!;
        node.Lease = null;
        state.LeaseCount--;
        state.Shares.Settle(node.Shape.Group, lease, state.Now);
        if (lease.IsStealAsked)
            state.StealsAsked--;
        foreach (var worker in lease.Ranks)
        {
            worker.UsedSlots--;
            for (var index = 0; index < node.Shape.Need.Length; index++)
                worker.Used[index] -= node.Shape.Need[index];
        }
        foreach (var worker in lease.Ranks)
        {
            worker.Leases.Remove(node);
            state.Idle.Update(worker);
        }
    }

    /// <summary>Asks an attempt to stop, once; by force later if it does not, or at once.</summary>
    public void AskStop(TaskNode node, string reason, bool forceful)
    {
        var lease = node.Lease!;
        if (lease.IsStopping && !forceful)
            return;
        lease.IsStopping = true;
        state.Emit(new StopTask(node.Key, lease.Attempt, forceful, reason));
        if (!forceful && state.Options.StopGrace > TimeSpan.Zero)
            state.Deadlines.Add(
                new Deadline(DeadlineKind.Force, node, lease.Attempt, state.Now + state.Options.StopGrace));
    }

    /// <summary>Asks a worker to give back a one-rank task that it may not have begun, once.</summary>
    public void AskBack(TaskNode node)
    {
        var lease = node.Lease!;
        if (lease.IsStarted || lease.IsStealAsked || lease.IsStopping)
            return;
        lease.IsStealAsked = true;
        state.StealsAsked++;
        state.Emit(new StealTask(node.Key, lease.Attempt, lease.Ranks[0].Spec.Id));
    }

    public static ImmutableArray<Placement> PlacementsOf(WorkerNode[] ranks)
    {
        if (ranks.Length == 1)
            return ranks[0].AsPlacement;
        var seen = new Dictionary<WorkerNode, int>();
        var placements = ImmutableArray.CreateBuilder<Placement>(ranks.Length);
        foreach (var worker in ranks)
        {
            var localRank = seen.GetValueOrDefault(worker);
            seen[worker] = localRank + 1;
            placements.Add(new Placement(worker.Spec.Id, localRank));
        }
        return placements.MoveToImmutable();
    }

    public static void Take(WorkerNode worker, long[] need)
    {
        worker.UsedSlots++;
        for (var index = 0; index < need.Length; index++)
            worker.Used[index] += need[index];
    }
}
