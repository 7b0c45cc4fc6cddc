namespace TuneGraph;

/// <summary>
/// The threads that run bodies: which sleep, whom to wake, and how much each takes. All but <see cref="Sleep"/> is
/// called under the runner's lock.
/// </summary>
internal sealed class LanePool : IDisposable
{
    private readonly Lane[] _lanes;
    private readonly int _tasksAtHand;
    private readonly LocalLeases _leases;
    private readonly SemaphoreSlim _available = new(0);
    private int _sleeping;

    public LanePool(int threads, int tasksAtHand, LocalLeases leases)
    {
        _lanes = [.. Enumerable.Range(0, threads).Select(_ => new Lane())];
        _tasksAtHand = tasksAtHand;
        _leases = leases;
    }

    public IReadOnlyList<Lane> Lanes => _lanes;

    public bool IsAsleep => _sleeping == _lanes.Length;

    /// <summary>Gives a lane what it may run next. False: there is nothing, and the lane has to sleep.</summary>
    public bool TryFill(Lane lane)
    {
        var waiting = _leases.Waiting;
        if (waiting == 0)
        {
            _sleeping++;
            return false;
        }
        var isQuick = lane.IsQuick(waiting);
        var most = lane.IsSlow ? 1 : isQuick ? waiting : (waiting + _lanes.Length - 1) / _lanes.Length;
        lane.Fill(_leases, Math.Min(most, _tasksAtHand));
        if (!isQuick)
            Wake();
        return true;
    }

    /// <summary>Waits, without the lock, until there may be something to do.</summary>
    public void Sleep() => _available.Wait();

    /// <summary>Wakes as many threads as there are attempts for.</summary>
    public void Wake() => Wake(Math.Min(_sleeping, _leases.Waiting));

    /// <summary>Wakes one thread: it wakes others if there is more than it does quickly.</summary>
    public void WakeOne() => Wake(Math.Min(1, Math.Min(_sleeping, _leases.Waiting)));

    public void WakeAll() => Wake(_sleeping);

    /// <summary>
    /// Takes from lanes whose body has run since the last call what they keep from others: it may be what the body
    /// itself waits for.
    /// </summary>
    public void TakeFromStuck(List<AttemptEnd> ended, List<Attempt> atHand)
    {
        foreach (var lane in _lanes)
        {
            if (lane.Exchanges == lane.SeenExchanges)
                lane.Take(ended, atHand);
            lane.SeenExchanges = lane.Exchanges;
        }
    }

    public void TakeFromAll(List<AttemptEnd> ended, List<Attempt> atHand)
    {
        foreach (var lane in _lanes)
            lane.Take(ended, atHand);
    }

    public void Dispose() => _available.Dispose();

    private void Wake(int count)
    {
        if (count <= 0)
            return;
        _sleeping -= count;
        _available.Release(count);
    }
}
