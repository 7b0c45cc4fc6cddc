namespace TuneGraph.Tests.Sidecar;

/// <summary>The queue of one consumer of one topic: streams of the same consumer compete for its messages.</summary>
internal sealed class ConsumerGroup : IDisposable
{
    // A message that is to come late follows the next one, or this much time where none comes.
    private static readonly TimeSpan _late = TimeSpan.FromMilliseconds(3);

    private readonly Lock _gate = new();
    private readonly SidecarFaults _faults;
    private readonly Random _chance;
    private readonly TimeProvider _time;
    private readonly Func<string> _newId;
    private readonly ITimer _timer;
    private readonly List<Subscription> _streams = [];
    private readonly Queue<TopicMessage> _waiting = [];
    private readonly Queue<(long Due, TopicMessage Message)> _delayed = [];
    private readonly Dictionary<string, (Subscription Stream, TopicMessage Message, long Since)> _open = [];
    private TopicMessage? _held;
    private long _heldSince;
    private int _next;
    private BrokerCounts _counts;

    internal ConsumerGroup(SidecarFaults faults, int seed, TimeProvider time, Func<string> newId)
    {
        (_faults, _chance, _time, _newId) = (faults, new(seed), time, newId);
        _timer = time.CreateTimer(_ => Tick(), null, _late, _late);
    }

    /// <summary>Takes what could not be delivered; null where that is lost.</summary>
    internal Action<TopicMessage>? DeadLetter { get; set; }

    internal BrokerCounts AddTo(BrokerCounts sum)
    {
        lock (_gate)
        {
            return sum with
            {
                Delivered = sum.Delivered + _counts.Delivered,
                DeliveredBytes = sum.DeliveredBytes + _counts.DeliveredBytes,
                Lost = sum.Lost + _counts.Lost,
                Duplicated = sum.Duplicated + _counts.Duplicated,
                Reordered = sum.Reordered + _counts.Reordered,
            };
        }
    }

    internal Subscription Join()
    {
        lock (_gate)
        {
            var stream = new Subscription(this);
            _streams.Add(stream);
            while (_waiting.TryDequeue(out var message)) DeliverNeedsLock(message);
            return stream;
        }
    }

    internal void Leave(Subscription stream)
    {
        lock (_gate)
        {
            if (!_streams.Remove(stream)) return;
            foreach (var (id, open) in _open.Where(open => open.Value.Stream == stream).ToList())
            {
                _open.Remove(id);
                DeliverNeedsLock(open.Message);
            }
        }
    }

    internal void Offer(TopicMessage message)
    {
        lock (_gate)
        {
            if (_faults.Delay > TimeSpan.Zero)
                _delayed.Enqueue((_time.GetTimestamp() + Ticks(_faults.Delay), message));
            else TakeNeedsLock(message);
        }
    }

    internal void Settle(string id)
    {
        lock (_gate) _open.Remove(id);
    }

    internal void Fail(string id)
    {
        TopicMessage? dead = null;
        lock (_gate)
        {
            if (!_open.Remove(id, out var open)) return;
            if (open.Message.Attempts < _faults.Retries)
                DeliverNeedsLock(open.Message with { Attempts = open.Message.Attempts + 1 });
            else if (DeadLetter is null) _counts = _counts with { Lost = _counts.Lost + 1 };
            else dead = open.Message;
        }
        if (dead is not null) DeadLetter?.Invoke(dead);
    }

    public void Dispose() => _timer.Dispose();

    private bool Draw(double chance) => chance > 0 && _chance.NextDouble() < chance;

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _time.TimestampFrequency);

    private void TakeNeedsLock(TopicMessage message)
    {
        if (Draw(_faults.Loss))
        {
            _counts = _counts with { Lost = _counts.Lost + 1 };
            return;
        }
        if (_held is null && Draw(_faults.Reorder))
        {
            _counts = _counts with { Reordered = _counts.Reordered + 1 };
            (_held, _heldSince) = (message, _time.GetTimestamp());
            return;
        }
        DeliverNeedsLock(message);
        if (Draw(_faults.Duplicate))
        {
            _counts = _counts with { Duplicated = _counts.Duplicated + 1 };
            DeliverNeedsLock(message);
        }
        ReleaseNeedsLock();
    }

    private void ReleaseNeedsLock()
    {
        if (_held is not { } held) return;
        _held = null;
        DeliverNeedsLock(held);
    }

    private void DeliverNeedsLock(TopicMessage message)
    {
        if (_streams.Count == 0)
        {
            _waiting.Enqueue(message);
            return;
        }
        var stream = _streams[_next++ % _streams.Count];
        var id = _newId();
        _open[id] = (stream, message, _time.GetTimestamp());
        _counts = _counts with
        {
            Delivered = _counts.Delivered + 1,
            DeliveredBytes = _counts.DeliveredBytes + message.Data.Length,
        };
        stream.Deliver(id, message);
    }

    private void Tick()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            while (_delayed.TryPeek(out var first) && first.Due <= now) TakeNeedsLock(_delayed.Dequeue().Message);
            if (_held is not null && now - _heldSince >= Ticks(_late)) ReleaseNeedsLock();
            foreach (var (id, open) in _open.Where(o => now - o.Value.Since >= Ticks(_faults.AckTime)).ToList())
            {
                _open.Remove(id);
                DeliverNeedsLock(open.Message);
            }
        }
    }
}
