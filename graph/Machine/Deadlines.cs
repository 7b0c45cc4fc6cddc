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

    /// <summary>The earliest deadline that still means something; others are thrown away on the way.</summary>
    public TimeSpan? Earliest
    {
        get
        {
            while (_queue.TryPeek(out var deadline, out var at))
            {
                if (deadline.IsLive)
                    return at.Due;
                _queue.Dequeue();
            }
            return null;
        }
    }

    public IEnumerable<Deadline> All => _queue.UnorderedItems.OrderBy(item => item.Priority).Select(item => item.Element);

    public void Add(Deadline deadline) => _queue.Enqueue(deadline, (deadline.Due, _number++));

    /// <summary>Takes the next deadline that has come by now.</summary>
    public bool TryTake(TimeSpan now, out Deadline deadline)
    {
        deadline = default;
        if (Earliest is not { } due || due > now)
            return false;
        deadline = _queue.Dequeue();
        return true;
    }
}

/// <summary>Something due for one attempt of a task.</summary>
internal readonly record struct Deadline(DeadlineKind Kind, TaskNode Node, int Attempt, TimeSpan Due)
{
    /// <summary>Whether it still means something. Once it does not, it never will again.</summary>
    public bool IsLive => Node.Attempt == Attempt && Kind switch
    {
        DeadlineKind.Retry => Node.IsBackingOff && Node.Extras?.RetryAt == Due,
        DeadlineKind.Timeout => Node is { State: TaskState.Running, Lease.IsStopping: false },
        _ => Node.Lease is not null,
    };
}
