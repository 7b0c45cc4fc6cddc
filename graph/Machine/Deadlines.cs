namespace TuneGraph.Graph;

internal enum DeadlineKind : byte
{
    Retry,
    Timeout,
    Force,
}

/// <summary>What has to happen at a time. The host keeps one timer, for the earliest.</summary>
internal sealed class Deadlines
{
    private readonly PriorityQueue<Deadline, (TimeSpan Due, long Number)> _queue = new();
    private long _number;

    /// <summary>What the host's timer is set to; null when it is not set.</summary>
    public TimeSpan? Set { get; set; }

    public TimeSpan? Earliest => _queue.TryPeek(out _, out var at) ? at.Due : null;

    public IEnumerable<Deadline> All => _queue.UnorderedItems.OrderBy(item => item.Priority).Select(item => item.Element);

    public void Add(Deadline deadline) => _queue.Enqueue(deadline, (deadline.Due, _number++));

    /// <summary>Takes the next deadline that has come by now.</summary>
    public bool TryTake(TimeSpan now, out Deadline deadline)
    {
        if (_queue.TryPeek(out deadline, out var at) && at.Due <= now)
        {
            _queue.Dequeue();
            return true;
        }
        return false;
    }
}

/// <summary>Something due. Whoever takes it checks that the task is still on that attempt.</summary>
internal readonly record struct Deadline(DeadlineKind Kind, TaskNode Node, int Attempt, TimeSpan Due);
