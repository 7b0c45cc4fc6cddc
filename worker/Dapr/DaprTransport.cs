using System.Collections.Immutable;
using TuneGraph.Collectives;

namespace TuneGraph.Worker;

/// <summary>
/// Ranks that reach each other by pub/sub of their sidecars: protocol grad-v1. Of the sidecars it trusts nothing but
/// that some messages come: what comes twice, late, damaged or not at all is found by the chunks' numbers and sums and
/// sent again.
/// </summary>
internal sealed class DaprTransport : Transport
{
    private static readonly TimeSpan _longestPatience = TimeSpan.FromSeconds(5);

    private readonly GradInbox _inbox;
    private readonly DaprPlace _place;
    private readonly DaprSettings _settings;
    private readonly TimeProvider _clock;
    private readonly DaprPeer?[] _peers;
    private readonly DaprMail _mail;
    private readonly object _room = new();
    private readonly List<OutgoingChunk> _full = [];
    private AbortNotice? _notice;
    private long _events;
    private long _lastAsked;
    private long _asks;
    private long _joinedAt;
    private long _usualTicks;
    private int _left;

    /// <summary>Joins, and returns when all ranks have.</summary>
    /// <exception cref="TimeoutException">Some ranks, which are named, did not join.</exception>
    public DaprTransport(GradInbox inbox, DaprPlace place, CancellationToken cancellationToken)
        : base(place.Rank, place.Topics.Length)
    {
        (_inbox, _place, _settings, _clock) = (inbox, place, inbox.Settings, inbox.Settings.TimeProvider);
        Group = place.Group;
        _peers = [.. place.Topics.Select((topic, rank) =>
            rank == place.Rank ? null : new DaprPeer(rank, topic, _settings))];
        _mail = new DaprMail(inbox, place, Fail);
        _inbox.Enter(this);
        try
        {
            Join(cancellationToken);
        }
        catch
        {
            _inbox.Leave(this);
            throw;
        }
    }

    public UInt128 Group { get; }

    /// <inheritdoc/>
    public override AbortNotice? Notice => Volatile.Read(ref _notice);

    private IEnumerable<DaprPeer> Peers => _peers.OfType<DaprPeer>();

    /// <inheritdoc/>
    public override int TryWrite(int to, ReadOnlySpan<byte> bytes)
    {
        var peer = _peers[to]!;
        _full.Clear();
        var taken = peer.Outgoing.Write(bytes, _mail.Call.Sequence, _full);
        foreach (var chunk in _full)
            _mail.Send(peer, chunk);
        return taken;
    }

    /// <inheritdoc/>
    public override int TryRead(int from, Span<byte> bytes)
    {
        var peer = _peers[from]!;
        var bound = (OutgoingChunks.MostChunks / 2, (long)_settings.ChunkBytes * OutgoingChunks.MostFullChunks / 2);
        var read = peer.Incoming.Read(bytes, bound, out var mustTell);
        if (mustTell)
            _mail.Say(peer, FrameKind.Answer);
        return read;
    }

    /// <inheritdoc/>
    public override long PreparePark()
    {
        // Who waits has said all that he has to say for now.
        Flush();
        return Volatile.Read(ref _events);
    }

    /// <inheritdoc/>
    public override void Park(long ticket, int to, int from, TimeSpan atMost)
    {
        lock (_room)
        {
            if (_events == ticket)
                Monitor.Wait(_room, atMost);
        }
    }

    /// <inheritdoc/>
    public override void Publish(in CollectiveCall call, bool inside)
    {
        _mail.Enter(call, inside);
        if (!inside)
            Flush();
    }

    /// <inheritdoc/>
    public override RankStatus StatusOf(int rank)
    {
        if (_peers[rank] is not { } peer)
            return new RankStatus(_mail.Call, _mail.IsInside, Volatile.Read(ref _left) != 0);
        var (status, hasEnded) = peer.Status;
        var gone = status.Departed && (hasEnded || status.Call.Sequence < _mail.Call.Sequence);
        return status with { Departed = gone };
    }

    /// <inheritdoc/>
    public override void RefreshStatus()
    {
        var now = _clock.GetTimestamp();
        if (_lastAsked != 0 && now - _lastAsked < PatienceTicks)
            return;
        _lastAsked = now;
        var stamp = Interlocked.Increment(ref _asks);
        foreach (var peer in Peers)
        {
            // Who has just been heard of, and lacks nothing in between, has nothing to tell: an ask would only slow
            // down what is on its way.
            if (now - peer.HeardAt < PatienceTicks && !peer.Incoming.HasGap)
                continue;
            peer.OwesSince ??= now;
            if (_clock.GetElapsedTime(peer.OwesSince.Value) > _settings.LostTime)
                Fail(
                    peer.Rank,
                    $"nothing was heard of it for {_settings.LostTime.TotalSeconds:0.###} s, though it was asked.");
            _mail.Say(peer, FrameKind.Ask, stamp, text: _inbox.Topic);
        }
    }

    /// <inheritdoc/>
    public override void Abort(AbortNotice notice)
    {
        if (Interlocked.CompareExchange(ref _notice, notice, null) is not null)
            return;
        Wake();
        SayAborted();
    }

    /// <inheritdoc/>
    public override Transport Split(ImmutableArray<int> members, long key) => new DaprTransport(
        _inbox,
        _place with
        {
            Name = $"{_place.Name}/{key}-{string.Join('-', members)}",
            Rank = members.IndexOf(Rank),
            Topics = [.. members.Select(TopicOf)],
        },
        CancellationToken.None);

    /// <summary>Something makes it impossible to go on here.</summary>
    public void End(string reason) => Fail(Rank, reason);

    /// <summary>A frame for this member. Called by the inbox alone.</summary>
    public void Take(in Frame frame)
    {
        var header = frame.Header;
        if (header.Epoch != _place.Epoch || header.From >= WorldSize || _peers[header.From] is not { } peer)
            return;
        peer.IsHeard = true;
        peer.HeardAt = _clock.GetTimestamp();
        peer.OwesSince = null;
        peer.Outgoing.Settle(header.Received, header.Consumed);
        if (header.Kind == FrameKind.Data)
            peer.Incoming.Add(header.Number, frame.Payload);
        else if (Whereabouts.Read(frame.Payload.Span) is { } word)
            TakeWord(peer, header, word);
        Wake();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _left, 1) != 0)
            return;
        Flush();
        foreach (var peer in Peers)
            SayFarewell(peer, stamp: 0);
        _ = LingerAsync();
    }

    private bool KnowsAll => Peers.All(peer => peer.Topic is not null);

    private bool IsComplete => KnowsAll && Peers.All(peer => peer.IsHeard);

    private long PatienceTicks => (long)(Math.Clamp(
        6.0 * Volatile.Read(ref _usualTicks) / _clock.TimestampFrequency,
        _settings.Patience.TotalSeconds,
        _longestPatience.TotalSeconds) * _clock.TimestampFrequency);

    private string? TopicOf(int rank) => _peers[rank] is { } peer ? peer.Topic : _inbox.Topic;

    private void Join(CancellationToken cancellationToken)
    {
        var start = _clock.GetTimestamp();
        while (!IsComplete)
        {
            // Who does not know where some rank is asks rank 0, again and again.
            foreach (var peer in Peers.Where(peer => !peer.IsHeard || (peer.Rank == 0 && !KnowsAll)))
                _mail.Say(peer, FrameKind.Hello, text: _inbox.Topic);
            lock (_room)
            {
                if (!IsComplete)
                    Monitor.Wait(_room, _settings.Patience);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (Notice is { } notice)
                throw new DaprException(notice.Reason);
            if (_clock.GetElapsedTime(start) > _settings.JoinTime)
                throw new TimeoutException(
                    $"Rank {Rank} of the group '{_place.Name}' heard nothing of rank "
                        + $"{string.Join(", ", Peers.Where(peer => !peer.IsHeard).Select(peer => peer.Rank))} for "
                        + $"{_settings.JoinTime.TotalSeconds:0.###} s. Are all workers' sidecars connected to the same "
                        + $"broker by the component '{_settings.Component}'?");
        }

        Volatile.Write(ref _joinedAt, Interlocked.Increment(ref _asks));
    }

    private void TakeWord(DaprPeer peer, in FrameHeader header, Whereabouts word)
    {
        if (header.Kind is not FrameKind.Unknown)
            peer.Tell(word, departs: header.Kind == FrameKind.Farewell);
        switch (header.Kind)
        {
            case FrameKind.Hello:
                peer.Topic = word.Text;
                Greet(peer, hasHeard: header.HasHeard != 0);
                break;
            case FrameKind.Roster:
                TakeRoster(word.Text.Split('\n'));
                break;
            case FrameKind.Ask:
                Answer(peer, header.Stamp);
                SendAgain(peer, header.Received, word.Have);
                break;
            case FrameKind.Answer or FrameKind.Farewell:
                Learn(header.Stamp);
                SendAgain(peer, header.Received, word.Have);
                break;
            case FrameKind.Abort:
                Interlocked.CompareExchange(ref _notice, new AbortNotice(word.Rank, word.Text), null);
                break;
            case FrameKind.Unknown when header.Stamp > Volatile.Read(ref _joinedAt) && Volatile.Read(ref _joinedAt) > 0:
                if (!peer.HasDeparted)
                    Fail(peer.Rank, "its process does not know this group any more: it was started anew.");
                break;
        }
    }

    private void Greet(DaprPeer peer, bool hasHeard)
    {
        if (Rank == 0 && KnowsAll)
            _mail.Say(
                peer, FrameKind.Roster, text: string.Join('\n', Enumerable.Range(0, WorldSize).Select(TopicOf)));
        else if (!hasHeard)
            Answer(peer, stamp: 0);
    }

    private void TakeRoster(string[] topics)
    {
        foreach (var peer in Peers.Where(peer => peer.Rank < topics.Length))
            peer.Topic ??= topics[peer.Rank];
    }

    private void Answer(DaprPeer peer, long stamp)
    {
        if (Notice is { } notice)
            _mail.Say(peer, FrameKind.Abort, stamp, rank: notice.Rank, text: notice.Reason);
        else if (Volatile.Read(ref _left) != 0)
            SayFarewell(peer, stamp);
        else
            _mail.Say(peer, FrameKind.Answer, stamp);
    }

    private void SayFarewell(DaprPeer peer, long stamp) =>
        _mail.Say(peer, FrameKind.Farewell, stamp, total: peer.Outgoing.Total);

    private void SayAborted()
    {
        foreach (var peer in Peers)
            _mail.Say(peer, FrameKind.Abort, rank: _notice!.Rank, text: _notice.Reason);
    }

    private void SendAgain(DaprPeer peer, long received, ulong have)
    {
        foreach (var chunk in peer.Outgoing.Missing(received, have, _clock.GetTimestamp() - PatienceTicks))
            _mail.Send(peer, chunk);
    }

    // The moving average of what an answer takes, as TCP's (RFC 6298: one eighth of each new one).
    private void Learn(long stamp)
    {
        if (stamp == 0 || stamp != Volatile.Read(ref _asks))
            return;
        var took = _clock.GetTimestamp() - _lastAsked;
        var usual = Volatile.Read(ref _usualTicks);
        Volatile.Write(ref _usualTicks, usual == 0 ? took : usual + ((took - usual) / 8));
    }

    private void Flush()
    {
        foreach (var peer in Peers)
        {
            if (peer.Outgoing.Cut(_mail.Call.Sequence) is { } chunk)
                _mail.Send(peer, chunk);
        }
    }

    private void Fail(int rank, string reason)
    {
        if (Interlocked.CompareExchange(ref _notice, new AbortNotice(rank, reason), null) is null)
            SayAborted();
        Wake();
    }

    private void Wake()
    {
        lock (_room)
        {
            _events++;
            Monitor.PulseAll(_room);
        }
    }

    // Others may have missed the last chunks, or the farewell: it answers for a while longer.
    private async Task LingerAsync()
    {
        var start = _clock.GetTimestamp();
        while (_clock.GetElapsedTime(start) < _settings.LostTime
            && !Peers.All(peer => peer.HasDeparted && (peer.Outgoing.IsSettled || Notice is not null)))
            await Task.Delay(_settings.Patience, _clock).ConfigureAwait(false);
        _inbox.Leave(this);
    }
}
