namespace TuneGraph.Worker;

/// <summary>
/// The stream to one rank: gathered into chunks, each kept until it has come there, and no further ahead of what is
/// used there than a bound, so that no memory fills up at either end.
/// </summary>
internal sealed class OutgoingChunks(int chunkBytes)
{
    /// <summary>How far it may be ahead of what was used: chunks, and chunks' full sizes.</summary>
    public const int MostChunks = 32;

    /// <inheritdoc cref="MostChunks"/>
    public const int MostFullChunks = 8;

    // A message of exactly one chunk's size and what precedes it go in one.
    private const int Slack = 1024;
    private const int FirstBytes = 4096;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, OutgoingChunk> _kept = [];
    private readonly Queue<(long Number, int Bytes)> _unused = [];
    private byte[] _filling = [];
    private int _filled;
    private long _next;
    private long _offset;
    private long _unusedBytes;

    /// <summary>How many chunks there have been.</summary>
    public long Total
    {
        get
        {
            lock (_gate)
                return _next;
        }
    }

    /// <summary>Whether everything has come.</summary>
    public bool IsSettled
    {
        get
        {
            lock (_gate)
                return _kept.Count == 0 && _filled == 0;
        }
    }

    /// <summary>Takes what there is room for.</summary>
    /// <param name="bytes">What is to be sent.</param>
    /// <param name="step">The collective that it belongs to.</param>
    /// <param name="full">Chunks that became full, to be published.</param>
    /// <returns>How many bytes were taken.</returns>
    public int Write(ReadOnlySpan<byte> bytes, long step, List<OutgoingChunk> full)
    {
        lock (_gate)
        {
            var taken = 0;
            while (taken < bytes.Length && HasRoomNeedsLock)
            {
                var count = Math.Min(bytes.Length - taken, chunkBytes + Slack - _filled);
                GrowNeedsLock(_filled + count);
                bytes.Slice(taken, count).CopyTo(_filling.AsSpan(FrameHeader.Bytes + _filled));
                (taken, _filled) = (taken + count, _filled + count);
                if (_filled == chunkBytes + Slack)
                    full.Add(CutNeedsLock(step));
            }

            return taken;
        }
    }

    /// <summary>Cuts off what has been gathered, to be published; null if that is nothing.</summary>
    public OutgoingChunk? Cut(long step)
    {
        lock (_gate)
            return _filled == 0 ? null : CutNeedsLock(step);
    }

    /// <summary>What the other end said of the stream: forgets what has come.</summary>
    public void Settle(long received, long consumed)
    {
        lock (_gate)
        {
            while (_kept.Count > 0 && _kept.First().Key < received)
                _kept.Remove(_kept.First().Key);
            while (_unused.TryPeek(out var first) && first.Number < consumed)
                _unusedBytes -= _unused.Dequeue().Bytes;
        }
    }

    /// <summary>What the other end lacks, and was published before a time.</summary>
    public List<OutgoingChunk> Missing(long received, ulong have, long before)
    {
        lock (_gate)
            return
            [
                .. _kept.Values.Where(chunk => !chunk.IsUnderWay && chunk.SentAt < before && chunk.Number >= received
                    && (chunk.Number == received || (have >> (int)(chunk.Number - received - 1) & 1) == 0)),
            ];
    }

    private bool HasRoomNeedsLock =>
        _unused.Count < MostChunks && _unusedBytes + _filled <= (long)MostFullChunks * chunkBytes;

    private void GrowNeedsLock(int payload)
    {
        var needed = FrameHeader.Bytes + payload;
        if (_filling.Length >= needed)
            return;
        var size = Math.Max(FirstBytes, Math.Max(needed, Math.Min(2 * _filling.Length, chunkBytes + Slack)));
        // Not cleared: what is sent of it was written before.
        var grown = GC.AllocateUninitializedArray<byte>(size);
        _filling.CopyTo(grown, 0);
        _filling = grown;
    }

    private OutgoingChunk CutNeedsLock(long step)
    {
        var message = _filling;
        Array.Resize(ref message, FrameHeader.Bytes + _filled);
        var chunk = new OutgoingChunk(_next++, _offset, step, message);
        _kept.Add(chunk.Number, chunk);
        _unused.Enqueue((chunk.Number, _filled));
        _unusedBytes += _filled;
        _offset += _filled;
        (_filling, _filled) = ([], 0);
        return chunk;
    }
}
