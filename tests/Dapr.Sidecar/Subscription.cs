using System.Threading.Channels;

namespace TuneGraph.Tests.Sidecar;

/// <summary>One stream of a consumer.</summary>
public sealed class Subscription : IDisposable
{
    private readonly ConsumerGroup _group;
    private readonly Channel<(string Id, TopicMessage Message)> _deliveries =
        Channel.CreateUnbounded<(string Id, TopicMessage Message)>();

    internal Subscription(ConsumerGroup group) => _group = group;

    /// <summary>What is to be delivered, each under an id of its own.</summary>
    public ChannelReader<(string Id, TopicMessage Message)> Deliveries => _deliveries.Reader;

    internal void Deliver(string id, TopicMessage message) => _deliveries.Writer.TryWrite((id, message));

    /// <summary>The delivery was processed, or is not to be made again.</summary>
    public void Settle(string id) => _group.Settle(id);

    /// <summary>The delivery failed: it is made again while the policy lasts, then dead-lettered or lost.</summary>
    public void Fail(string id) => _group.Fail(id);

    /// <summary>Ends the stream; what it has not answered goes to others, or waits.</summary>
    public void Dispose() => _group.Leave(this);
}
