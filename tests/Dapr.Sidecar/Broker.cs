using System.Collections.Immutable;
using Google.Protobuf;

namespace TuneGraph.Tests.Sidecar;

/// <summary>
/// What stands behind the pub/sub components of all sidecars: topics, a queue for each consumer, and faults on order.
/// It outlives a sidecar, as a Redis does.
/// </summary>
public sealed class Broker(TimeProvider? time = null) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Dictionary<string, SidecarFaults> _components = [];
    private readonly Dictionary<(string PubSub, string Topic), List<TopicMessage>> _kept = [];
    private readonly Dictionary<(string PubSub, string Topic, string Consumer), ConsumerGroup> _groups = [];
    private BrokerCounts _counts;
    private long _ids;

    /// <summary>Everything that went through so far.</summary>
    public BrokerCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return _groups.Values.Aggregate(_counts, (sum, group) => group.AddTo(sum));
            }
        }
    }

    /// <summary>Names of the components.</summary>
    public ImmutableArray<string> Components
    {
        get
        {
            lock (_gate) return [.. _components.Keys];
        }
    }

    /// <summary>Adds a pub/sub component.</summary>
    public Broker With(string pubsub, SidecarFaults? faults = null)
    {
        lock (_gate) _components[pubsub] = faults ?? new();
        return this;
    }

    /// <summary>The settings of a component; null where there is none of that name.</summary>
    public SidecarFaults? FaultsOf(string pubsub)
    {
        lock (_gate) return _components.GetValueOrDefault(pubsub);
    }

    /// <summary>Takes a message, for every consumer of its topic.</summary>
    public void Publish(string pubsub, string topic, ByteString data, string contentType)
    {
        lock (_gate)
        {
            _counts = _counts with
            {
                Published = _counts.Published + 1,
                PublishedBytes = _counts.PublishedBytes + data.Length,
            };
            var message = new TopicMessage(data, contentType);
            if (_components[pubsub].ReplaysFromStart) KeptNeedsLock(pubsub, topic).Add(message);
            foreach (var (key, group) in _groups)
            {
                if (key.PubSub == pubsub && key.Topic == topic) group.Offer(message);
            }
        }
    }

    /// <summary>Consumes a topic; consumers of one name share its messages, others get them all.</summary>
    public Subscription Subscribe(string pubsub, string topic, string consumer, string? deadLetterTopic)
    {
        lock (_gate)
        {
            var key = (pubsub, topic, consumer);
            if (!_groups.TryGetValue(key, out var group))
            {
                // No salted hash: the same seed draws the same faults in every process.
                var salt = (topic + consumer).Aggregate(17, (hash, letter) => unchecked((hash * 31) + letter));
                var faults = _components[pubsub];
                group = new(faults, unchecked(faults.Seed + salt), _time, NewId);
                _groups.Add(key, group);
                foreach (var message in KeptNeedsLock(pubsub, topic)) group.Offer(message);
            }
            if (deadLetterTopic is not null)
                group.DeadLetter = message => Publish(pubsub, deadLetterTopic, message.Data, message.ContentType);
            return group.Join();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var group in _groups.Values) group.Dispose();
        }
    }

    // Of a raw message the id is new with every delivery, so that nobody can tell a repetition by it.
    private string NewId() => $"e{Interlocked.Increment(ref _ids)}";

    private List<TopicMessage> KeptNeedsLock(string pubsub, string topic)
    {
        if (!_kept.TryGetValue((pubsub, topic), out var kept)) _kept[(pubsub, topic)] = kept = [];
        return kept;
    }
}
