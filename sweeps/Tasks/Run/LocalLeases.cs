using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>
/// What the graph has leased to this process: the attempts by task, and those that no thread has taken.
/// </summary>
internal sealed class LocalLeases
{
    private readonly Dictionary<TaskKey, Attempt> _attempts = [];
    private readonly AttemptQueue _queue = new();
    private long _count;

    /// <summary>Leases that have not ended.</summary>
    public int Count => _attempts.Count;

    /// <summary>Attempts that a thread may take now.</summary>
    public int Waiting => IsPaused ? 0 : _queue.Count;

    /// <summary>Memory is short: nothing begins.</summary>
    public bool IsPaused { get; set; }

    public void Begin(StartTask start, TaskSpec spec)
    {
        var attempt = new Attempt(start, spec, _count++);
        _attempts[start.Key] = attempt;
        _queue.Add(attempt);
    }

    public Attempt Take() => _queue.Take();

    /// <summary>An attempt that a thread took is free for any other again.</summary>
    public void Return(Attempt attempt) => _queue.Add(attempt);

    public void End(Attempt attempt) => _attempts.Remove(attempt.Key);

    /// <summary>Stops an attempt. True if it had not begun and never will; else its body answers.</summary>
    public bool Stop(StopTask stop)
    {
        if (Find(stop.Key, stop.Attempt) is not { } attempt)
            return false;
        if (attempt.TryWithdraw())
            return _attempts.Remove(stop.Key);
        attempt.Stop();
        return false;
    }

    /// <summary>Whether an attempt had not begun and never will.</summary>
    public bool TryGiveBack(StealTask steal) =>
        Find(steal.Key, steal.Attempt) is { } attempt && attempt.TryWithdraw() && _attempts.Remove(steal.Key);

    /// <summary>Withdraws every attempt that has not begun, and gives the tasks that have.</summary>
    public HashSet<TaskKey> WithdrawAll() =>
        [.. _attempts.Values.Where(attempt => !attempt.TryWithdraw()).Select(attempt => attempt.Key)];

    private Attempt? Find(TaskKey key, int number) =>
        _attempts.TryGetValue(key, out var attempt) && attempt.Number == number ? attempt : null;
}
