namespace TuneGraph.Graph;

/// <summary>
/// One pass after each event: places ready tasks, best first, until nothing fits. Tasks stay here, withheld, until
/// a worker
/// has room (Dask's queuing of root tasks); only a task whose inputs lie on a busy worker may wait for that worker.
/// </summary>
internal sealed class Dispatcher(GraphState state, Placer placer, Reservation reservation, Thief thief)
{
    public void Run()
    {
        // Also when nothing can be placed: a snapshot must not speak of a worker that is lost.
        reservation.DropIfVoid();
        if (state.IsStopping || state.Idle.Count == 0)
            return;
        if (state.Ready.Listed.Count > 0)
        {
            state.Ready.BeginPass();
            reservation.Update();
        }
        if (state.HomedCount > 0)
            PlaceHomed();
        PlaceReady();
        if (state.HomedCount > 0)
            PlaceHomed();
        thief.Run();
    }

    private void PlaceReady()
    {
        var anyBlocked = false;
        while (state.Idle.Count > 0 && state.Ready.Next() is { } node)
        {
            switch (placer.TryPlace(node))
            {
                case PlacementOutcome.Placed:
                    node.Shape.OvertakenSince = null;
                    reservation.Placed(node);
                    if (anyBlocked)
                        MarkOvertaken();
                    break;
                case PlacementOutcome.Homed:
                    break;
                default:
                    node.Shape.IsBlocked = true;
                    anyBlocked = true;
                    break;
            }
        }
    }

    /// <summary>Gives workers the tasks that wait for them, unless a task of higher priority is ready.</summary>
    private void PlaceHomed()
    {
        var best = state.Ready.Next();
        foreach (var worker in state.WorkersInOrder)
        {
            while (worker.HomedCount > 0 && worker.TakesTasks && worker.Homed.Peek(worker) is { } node)
            {
                if ((best is not null && ReadyTasks.Outranks(best, node)) || !node.Shape.IsAdmitted)
                    break;
                if (worker.RoomNow(node.Shape, reservation.MayUse(node)) <= 0)
                    break;
                placer.Place(node, worker);
            }
        }
    }

    private void MarkOvertaken()
    {
        foreach (var shape in state.Ready.Listed)
        {
            if (shape.IsBlocked)
                shape.OvertakenSince ??= state.Now;
        }
    }
}
