namespace TuneGraph.Graph;

/// <summary>
/// Ready tasks, best first: higher priority, then graph order. Arrivals in order, the usual case, are appended to a
/// run and
/// cost no heap. Entries of tasks that have moved on are skipped when they surface.
/// </summary>
internal sealed class ReadyQueue
{
    private readonly Queue<TaskNode> _run = new();
    private readonly PriorityQueue<TaskNode, Rank> _heap = new();
    private Rank _lastOfRun;

    /// <summary>Entries, outdated ones included.</summary>
    public int Count => _run.Count + _heap.Count;

    public void Add(TaskNode node)
    {
        var rank = new Rank(node);
        if (_run.Count == 0 || rank.CompareTo(_lastOfRun) >= 0)
        {
            _run.Enqueue(node);
            _lastOfRun = rank;
        }
        else
        {
            _heap.Enqueue(node, rank);
        }
    }

    /// <summary>
    /// The best task that is ready and waits at a home, or nowhere in particular when that is null; or null if
    /// there is none.
    /// </summary>
    public TaskNode? Peek(WorkerNode? home)
    {
        while (_run.TryPeek(out var first) && !IsCurrent(first, home))
            _run.Dequeue();
        while (_heap.TryPeek(out var first, out _) && !IsCurrent(first, home))
            _heap.Dequeue();
        var hasRun = _run.TryPeek(out var fromRun);
        var hasHeap = _heap.TryPeek(out var fromHeap, out var rank);
        return hasRun && (!hasHeap || new Rank(fromRun!).CompareTo(rank) <= 0) ? fromRun : fromHeap;
    }

    /// <summary>All tasks that <see cref="Peek"/> would give one after another, in no order.</summary>
    public IEnumerable<TaskNode> Current(WorkerNode? home) =>
        _run.Concat(_heap.UnorderedItems.Select(item => item.Element)).Where(node => IsCurrent(node, home)).Distinct();

    private static bool IsCurrent(TaskNode node, WorkerNode? home) =>
        node.State == TaskState.Ready && ReferenceEquals(node.Extras?.Home, home);

    private readonly struct Rank(TaskNode node) : IComparable<Rank>
    {
        private readonly int _priority = node.Spec.Priority;
        private readonly long _order = node.Order;

        public int CompareTo(Rank other) => _priority != other._priority
            ? other._priority.CompareTo(_priority)
            : _order.CompareTo(other._order);
    }
}
