namespace TuneGraph.Graph;

/// <summary>
/// Room kept free for the first task of one shape, which others have overtaken for too long. There is at most one
/// reservation, so no two gangs hold part of what the other needs: they cannot deadlock. Tasks that should end
/// before the
/// reserved task can start may use its room meanwhile (EASY back-filling; Lifka 1995, "The ANL/IBM SP scheduling
/// system").
/// It belongs to a shape and not to a task, because a better task of the same shape may yet come in front.
/// </summary>
internal sealed class Reservation(GraphState state)
{
    private readonly List<WorkerNode> _claimed = [];
    private TimeSpan _start;
    private Shape? _shape;

    /// <summary>The task that room is kept for; null when there is none.</summary>
    public TaskNode? Owner => _shape?.Queue.Peek(null);

    public IReadOnlyList<WorkerNode> Claimed => _claimed;

    /// <summary>When the owner should be able to start.</summary>
    public TimeSpan Start => _start;

    /// <summary>Whether a task may be placed on reserved room.</summary>
    public bool MayUse(TaskNode node)
    {
        if (_shape is null || node.Shape == _shape)
            return true;
        var (ticks, isKnown) = state.Expect(node);
        return isKnown && state.Now + TimeSpan.FromTicks(ticks) <= _start;
    }

    /// <summary>
    /// Drops a reservation that has become void: its task is gone, or a worker that it claims, or room in its quota.
    /// </summary>
    public void DropIfVoid()
    {
        if (_shape is not null
            && (Owner is null || !_shape.IsAdmitted || _claimed.Exists(worker => !worker.TakesTasks)))
            Clear();
    }

    /// <summary>Makes a reservation, if there is none, for the task that was overtaken for longest.</summary>
    public void Update()
    {
        if (_shape is not null)
            return;
        Shape? oldest = null;
        foreach (var shape in state.Ready.Listed)
        {
            if (shape.OvertakenSince is { } since && state.Now - since >= state.Options.AgeBound
                && IsBefore(shape, oldest))
                oldest = shape;
        }
        if (oldest is not null)
            Claim(oldest);
    }

    /// <summary>A task has been placed: if the room was kept for it, it is kept no longer.</summary>
    public void Placed(TaskNode node)
    {
        if (node.Shape == _shape)
            Clear();
    }

    /// <summary>Keeps room for a shape, one rank on each worker named.</summary>
    public void Restore(Shape shape, TimeSpan start, IEnumerable<WorkerNode> ranks)
    {
        _shape = shape;
        _start = start;
        foreach (var worker in ranks)
        {
            if (worker.ReservedRanks++ == 0)
                _claimed.Add(worker);
            worker.ReservedNeed = shape.Need;
        }
    }

    private void Clear()
    {
        foreach (var worker in _claimed)
        {
            worker.ReservedRanks = 0;
            worker.ReservedNeed = [];
        }
        _claimed.Clear();
        _shape = null;
    }

    private static bool IsBefore(Shape shape, Shape? other) =>
        other is null || shape.OvertakenSince < other.OvertakenSince
        || (shape.OvertakenSince == other.OvertakenSince
            && ReadyTasks.IsBefore(shape.Queue.Peek(null)!, other.Queue.Peek(null)!));

    private void Claim(Shape shape)
    {
        var offers = state.WorkersInOrder
            .Where(worker => worker.TakesTasks && shape.Allows(worker))
            .Select(worker => (Worker: worker, Room: worker.RoomInAll(shape), Clear: worker.ClearTicks(state.Now)))
            .OrderBy(offer => offer.Clear).ThenBy(offer => offer.Worker.Number)
            .ToList();
        var laid = GangFit.Lay([.. offers.Select(offer => (offer.Worker, offer.Room))], shape.Ranks, shape.Placement);
        if (laid is null)
            return; // it fits nowhere, even in an empty cluster: nothing to keep free
        var clearTicks = laid.Max(worker => worker.ClearTicks(state.Now));
        Restore(shape, state.Now + TimeSpan.FromTicks(clearTicks), laid);
    }
}
