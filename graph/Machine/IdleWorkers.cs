namespace TuneGraph.Graph;

/// <summary>
/// Workers that can take another lease: the least loaded first, then those that hold the fewest bytes, then the
/// oldest.
/// </summary>
internal sealed class IdleWorkers
{
    private readonly SortedSet<WorkerNode> _sorted = new(Comparer<WorkerNode>.Create(Compare));

    public int Count => _sorted.Count;

    public SortedSet<WorkerNode>.Enumerator GetEnumerator() => _sorted.GetEnumerator();

    /// <summary>To be called after anything about a worker's room has changed.</summary>
    public void Update(WorkerNode worker)
    {
        var isIdle = worker.TakesTasks && worker.UsedSlots < worker.LeaseLimit;
        var rank = ((double)worker.UsedSlots / worker.Spec.Slots, worker.HeldBytes);
        if (worker.IsListedIdle && isIdle && _sorted.Count == 1)
        {
            worker.IdleRank = rank; // alone: no order to keep
            return;
        }
        if (worker.IsListedIdle)
            _sorted.Remove(worker);
        worker.IsListedIdle = isIdle;
        if (!isIdle)
            return;
        worker.IdleRank = rank;
        _sorted.Add(worker);
    }

    private static int Compare(WorkerNode one, WorkerNode other)
    {
        var byRank = one.IdleRank.CompareTo(other.IdleRank);
        return byRank != 0 ? byRank : one.Number.CompareTo(other.Number);
    }
}
