using System.Diagnostics;

namespace TuneGraph;

/// <summary>
/// One thread's tasks at hand, and the ends of tasks that the graph has yet to hear of. Others may take both from it,
/// lest a body that runs long keeps them.
/// </summary>
internal sealed class Lane
{
    /// <summary>
    /// After this long the graph hears what has ended: 100 µs, some fifty times what telling it costs.
    /// </summary>
    private static readonly long _dueTicks = Stopwatch.Frequency / 10_000;

    private readonly Lock _lock = new();
    private readonly Queue<Attempt> _atHand = new();
    private readonly List<AttemptEnd> _ended = [];
    private long _exchangedAt;
    private int _count;

    /// <summary>The source of the next body's token, used again as long as no one cancels it.</summary>
    public CancellationTokenSource Cancel { get; set; } = new();

    /// <summary>When the last body ended, or the lane was filled: when the next begins.</summary>
    public long Mark { get; private set; }

    /// <summary>Stopwatch ticks that the last bodies took, each; none yet counts as long.</summary>
    public long BodyTicks { get; private set; } = _dueTicks;

    /// <summary>Whether the last bodies took so long that taking several at once would only hold them up.</summary>
    public bool IsSlow => BodyTicks > _dueTicks / 2;

    /// <summary>Rises with each exchange with the graph.</summary>
    public int Exchanges { get; private set; }

    public int SeenExchanges { get; set; } = -1;

    public bool IsDue => Mark - _exchangedAt > _dueTicks;

    /// <summary>Whether so many bodies like the last ones are done sooner than another thread wakes up.</summary>
    public bool IsQuick(int bodies) => bodies * BodyTicks < _dueTicks / 5;

    public void Fill(LocalLeases leases, int count)
    {
        lock (_lock)
        {
            for (; count > 0; count--)
                _atHand.Enqueue(leases.Take());
            Exchanges++;
            _exchangedAt = Mark = Stopwatch.GetTimestamp();
        }
    }

    public bool TryNext(out Attempt attempt)
    {
        lock (_lock)
            return _atHand.TryDequeue(out attempt!);
    }

    public void Ended(AttemptEnd end)
    {
        lock (_lock)
            _ended.Add(end);
    }

    /// <summary>A body has given the thread back. Tells how long it had it.</summary>
    public TimeSpan Clock()
    {
        var began = Mark;
        Mark = Stopwatch.GetTimestamp();
        _count++;
        return Stopwatch.GetElapsedTime(began, Mark);
    }

    /// <summary>Takes all that the lane has; called by its own thread when it goes to the graph.</summary>
    public void Close(List<AttemptEnd> ended, List<Attempt> atHand)
    {
        if (_count > 0)
            BodyTicks = (Mark - _exchangedAt) / _count;
        _count = 0;
        Take(ended, atHand);
    }

    /// <summary>Takes all that the lane has, from any thread.</summary>
    public void Take(List<AttemptEnd> ended, List<Attempt> atHand)
    {
        lock (_lock)
        {
            ended.AddRange(_ended);
            atHand.AddRange(_atHand);
            _ended.Clear();
            _atHand.Clear();
        }
    }
}
