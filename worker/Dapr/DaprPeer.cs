using TuneGraph.Collectives;

namespace TuneGraph.Worker;

/// <summary>What one member keeps of another one.</summary>
/// <param name="rank">The other one's rank.</param>
/// <param name="topic">Where it gets its messages; null while that is not known.</param>
/// <param name="settings">The group's.</param>
internal sealed class DaprPeer(int rank, string? topic, DaprSettings settings)
{
    private readonly Lock _gate = new();
    private RankStatus _status;
    private bool _departed;
    private long _total = long.MaxValue;

    public int Rank => rank;

    /// <summary>Where it gets its messages; null while that is not known.</summary>
    public string? Topic
    {
        get => Volatile.Read(ref topic);
        set => Volatile.Write(ref topic, value);
    }

    public OutgoingChunks Outgoing { get; } = new(settings.ChunkBytes);

    public IncomingChunks Incoming { get; } = new();

    /// <summary>Publishes toward it that may be under way.</summary>
    public SemaphoreSlim Window { get; } = new(settings.Window);

    /// <summary>Whether anything was heard of it.</summary>
    public bool IsHeard { get; set; }

    /// <summary>When it was heard of last.</summary>
    public long HeardAt { get; set; }

    /// <summary>When it was first asked without an answer since; null while it owes none.</summary>
    public long? OwesSince { get; set; }

    /// <summary>Whether it has told that it left.</summary>
    public bool HasDeparted
    {
        get
        {
            lock (_gate)
                return _departed;
        }
    }

    /// <summary>
    /// Where it was when it was last heard of, and whether all that it sent before it left has been used.
    /// </summary>
    public (RankStatus Status, bool HasEnded) Status
    {
        get
        {
            lock (_gate)
                return (_status with { Departed = _departed },
                    _departed && Incoming.Received >= _total && Incoming.IsDrained);
        }
    }

    /// <summary>Takes in where it is; an older word does not undo a newer one.</summary>
    public void Tell(Whereabouts word, bool departs)
    {
        lock (_gate)
        {
            var isOlder = word.Call.Sequence < _status.Call.Sequence
                || (word.Call == _status.Call && word.IsInside && !_status.Inside);
            if (!isOlder)
                _status = new RankStatus(word.Call, word.IsInside, Departed: false);
            if (!departs)
                return;
            (_departed, _total) = (true, word.Total);
        }
    }
}
