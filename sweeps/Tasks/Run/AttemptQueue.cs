namespace TuneGraph;

/// <summary>
/// Attempts that wait for a thread, best first. Arrivals in order, the usual case, are appended to a run and cost no
/// heap.
/// </summary>
internal sealed class AttemptQueue
{
    private readonly Queue<Attempt> _run = new();
    private readonly PriorityQueue<Attempt, (int, long)> _heap = new();
    private (int, long) _lastOfRun;

    public int Count => _run.Count + _heap.Count;

    public void Add(Attempt attempt)
    {
        var place = attempt.Place;
        if (_run.Count == 0 || place.CompareTo(_lastOfRun) > 0)
        {
            _run.Enqueue(attempt);
            _lastOfRun = place;
        }
        else
        {
            _heap.Enqueue(attempt, place);
        }
    }

    public Attempt Take() =>
        _heap.TryPeek(out _, out var place) && (_run.Count == 0 || place.CompareTo(_run.Peek().Place) < 0)
            ? _heap.Dequeue()
            : _run.Dequeue();
}
