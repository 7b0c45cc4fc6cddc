namespace TuneGraph.Graph;

/// <summary>
/// Work stealing. A task that waits here for a busy worker is simply placed elsewhere. A task that its worker already has
/// is asked for, and moves only after the worker has said that it will never begin it: nothing runs twice.
/// </summary>
internal sealed class Thief(GraphState state, Placer placer)
{
    public void Run()
    {
        if (state.Idle.Count == 0)
            return;
        if (state.HomedCount > 0)
            TakeHomed();
        if (state.Options.WorkerSaturation > 1)
            AskBack();
    }

    private void TakeHomed()
    {
        while (IdleThief() is { } thief && Longest(thief) is { } node)
            placer.Place(node, thief);
    }

    /// <summary>The first task in the longest line that starts sooner on the thief than where it waits.</summary>
    private TaskNode? Longest(WorkerNode thief)
    {
        WorkerNode? victim = null;
        foreach (var worker in state.WorkersInOrder)
        {
            if (worker.HomedCount > 0 && (victim is null || worker.HomedCount > victim.HomedCount))
                victim = worker;
        }
        if (victim?.Homed.Peek(victim) is not { } node || !node.Shape.Allows(thief))
            return null;
        var wait = victim.WaitTicks(state.Now, state.Expect(node).Ticks);
        return placer.TransferTicks(node, thief) < wait ? node : null;
    }

    private void AskBack()
    {
        var free = 0;
        foreach (var worker in state.Idle)
        {
            free += Math.Max(0, worker.Spec.Slots - worker.UsedSlots - worker.ReservedRanks);
            if (worker.UsedSlots >= worker.Spec.Slots)
                break; // sorted by load: the rest are full
        }
        if (free <= state.StealsAsked)
            return;
        foreach (var victim in state.WorkersInOrder)
        {
            if (victim.UsedSlots > victim.Spec.Slots)
                AskVictim(victim, free);
            if (free <= state.StealsAsked)
                return;
        }
    }

    private void AskVictim(WorkerNode victim, int free)
    {
        var spare = victim.UsedSlots - victim.Spec.Slots;
        foreach (var node in victim.Leases.Where(node => !node.Lease!.IsStarted).OrderByDescending(node => node.Order).ToList())
        {
            if (spare-- <= 0 || free <= state.StealsAsked)
                return;
            var lease = node.Lease!;
            if (lease.IsStealAsked || lease.IsStopping || IdleThief() is not { } thief || !node.Shape.Allows(thief))
                continue;
            // Without the task itself: exactly what the placer will compare once it is given back, or it would come and go.
            var wait = victim.WaitTicks(state.Now, 0) - lease.RemainingTicks(state.Now) / victim.Spec.Slots;
            if (placer.TransferTicks(node, thief) >= wait)
                continue;
            lease.IsStealAsked = true;
            state.StealsAsked++;
            state.Emit(new StealTask(node.Key, lease.Attempt, victim.Spec.Id));
        }
    }

    private WorkerNode? IdleThief()
    {
        foreach (var worker in state.Idle)
            return worker.UsedSlots + worker.ReservedRanks < worker.Spec.Slots ? worker : null;
        return null;
    }
}
