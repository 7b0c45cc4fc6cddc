using System.Threading.Channels;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// What happens in a study, for those who watch: its log as it grows. Safe to use from several threads.
/// </summary>
internal sealed class StudyFeed
{
    private const int Backlog = 4096;

    private readonly Lock _lock = new();
    private readonly List<Channel<FeedEvent>> _watchers = [];
    private int _count;

    /// <summary>Hears everything from now on, in order and under a lock: it must be quick.</summary>
    public Action<FeedEvent>? Tap { get; set; }

    /// <summary>The log has so many events already.</summary>
    public void Begin(int count)
    {
        lock (_lock)
            _count = count;
    }

    /// <summary>Something was written to the store.</summary>
    public void Add(IReadOnlyList<StoreChange> changes)
    {
        lock (_lock)
        {
            foreach (var change in changes)
            {
                var told = change switch
                {
                    EventLogged logged => new FeedEvent(++_count, logged.Event, logged.Metrics, null),
                    StudyStateChanged state => new FeedEvent(_count, null, null, state.State),
                    _ => (FeedEvent?)null,
                };
                if (told is { } @event)
                    TellNeedsLock(@event);
            }
        }
    }

    /// <summary>
    /// Everything from now on; a watcher that falls far behind is cut off, and asks again with the last number it saw.
    /// </summary>
    public Channel<FeedEvent> Watch()
    {
        var channel = Channel.CreateBounded<FeedEvent>(Backlog);
        lock (_lock)
            _watchers.Add(channel);
        return channel;
    }

    public void Leave(Channel<FeedEvent> watcher)
    {
        lock (_lock)
            _watchers.Remove(watcher);
    }

    private void TellNeedsLock(FeedEvent @event)
    {
        Tap?.Invoke(@event);
        foreach (var watcher in _watchers.ToList())
        {
            if (watcher.Writer.TryWrite(@event))
                continue;
            watcher.Writer.TryComplete();
            _watchers.Remove(watcher);
        }
    }
}

/// <summary>Something that happened: an event of the log with its number from 1, or a new state of the study.</summary>
internal readonly record struct FeedEvent(int Number, StudyEvent? Event, StepMetrics? Metrics, StudyState? State);
