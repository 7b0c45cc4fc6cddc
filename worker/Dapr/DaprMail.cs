using TuneGraph.Collectives;

namespace TuneGraph.Worker;

/// <summary>What a member sends: seals frames with where it is and what it has, and publishes them.</summary>
/// <param name="inbox">Of this process.</param>
/// <param name="place">Who the ranks are.</param>
/// <param name="fail">Told when something can never get through, with this member's rank.</param>
internal sealed class DaprMail(GradInbox inbox, DaprPlace place, Action<int, string> fail)
{
    private readonly Lock _gate = new();
    private readonly UInt128 _group = place.Group;
    private CollectiveCall _call;
    private bool _isInside;

    /// <summary>The call that this rank is in, or was in last.</summary>
    public CollectiveCall Call
    {
        get
        {
            lock (_gate)
                return _call;
        }
    }

    public bool IsInside
    {
        get
        {
            lock (_gate)
                return _isInside;
        }
    }

    public void Enter(in CollectiveCall call, bool inside)
    {
        lock (_gate)
            (_call, _isInside) = (call, inside);
    }

    /// <summary>
    /// Publishes a chunk, for the first time or again; how that ends shows in what the other asks for.
    /// </summary>
    public void Send(DaprPeer peer, OutgoingChunk chunk)
    {
        chunk.IsUnderWay = true;
        _ = SendAsync(peer, chunk);
    }

    /// <summary>Publishes a frame without a chunk.</summary>
    public void Say(
        DaprPeer peer, FrameKind kind, long stamp = 0, long total = 0, int rank = 0, string text = "")
    {
        var (received, consumed, have) = peer.Incoming.Tell();
        Whereabouts word;
        lock (_gate)
            word = new Whereabouts(_call, _isInside, have, total, rank, text);
        var message = word.ToMessage();
        Frame.Seal(message, Header(peer, kind) with { Received = received, Consumed = consumed, Stamp = stamp });
        _ = PublishAsync(peer, message);
    }

    private async Task SendAsync(DaprPeer peer, OutgoingChunk chunk)
    {
        await peer.Window.WaitAsync().ConfigureAwait(false);
        try
        {
            var (received, consumed, _) = peer.Incoming.Tell();
            Frame.Seal(chunk.Message, Header(peer, FrameKind.Data) with
            {
                Received = received,
                Consumed = consumed,
                Step = chunk.Step,
                Number = chunk.Number,
                Offset = chunk.Offset,
            });
            await PublishAsync(peer, chunk.Message).ConfigureAwait(false);
        }
        finally
        {
            chunk.SentAt = inbox.Settings.TimeProvider.GetTimestamp();
            chunk.IsUnderWay = false;
            peer.Window.Release();
        }
    }

    private async Task PublishAsync(DaprPeer peer, byte[] message)
    {
        if (peer.Topic is { } topic
            && await inbox.Link.PublishAsync(topic, message).ConfigureAwait(false) is { } refusal)
            fail(place.Rank, refusal);
    }

    private FrameHeader Header(DaprPeer peer, FrameKind kind)
    {
        lock (_gate)
            return new FrameHeader
            {
                Kind = kind,
                Element = (byte)_call.Element,
                HasHeard = peer.IsHeard ? (byte)1 : (byte)0,
                Group = _group,
                Epoch = place.Epoch,
                From = (ushort)place.Rank,
                To = (ushort)peer.Rank,
                Step = _call.Sequence,
            };
    }
}
