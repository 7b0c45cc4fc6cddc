namespace TuneGraph.Worker;

/// <summary>
/// The stream from one rank, put together again: a chunk that came before is nothing new, one that came too early waits
/// for its turn.
/// </summary>
internal sealed class IncomingChunks
{
    /// <summary>Chunks that may wait for a missing one; as many as fit the bits of an ask.</summary>
    public const int MostAhead = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, ReadOnlyMemory<byte>> _ahead = [];
    private readonly Queue<ReadOnlyMemory<byte>> _ready = [];
    private int _at;
    private long _received;
    private long _consumed;
    private long _told;
    private long _toldBytes;
    private long _consumedBytes;

    /// <summary>What has come, was used, and came early; for who says it, so that no more need be said.</summary>
    public (long Received, long Consumed, ulong Have) Tell()
    {
        lock (_gate)
        {
            (_told, _toldBytes) = (_consumed, _consumedBytes);
            var have = 0UL;
            foreach (var number in _ahead.Keys)
                have |= 1UL << (int)(number - _received - 1);
            return (_received, _consumed, have);
        }
    }

    /// <summary>How many chunks have come without a gap.</summary>
    public long Received
    {
        get
        {
            lock (_gate)
                return _received;
        }
    }

    /// <summary>Whether something came before what precedes it.</summary>
    public bool HasGap
    {
        get
        {
            lock (_gate)
                return _ahead.Count > 0;
        }
    }

    /// <summary>Whether all that came was used.</summary>
    public bool IsDrained
    {
        get
        {
            lock (_gate)
                return _ready.Count == 0;
        }
    }

    /// <summary>Takes a chunk.</summary>
    public void Add(long number, ReadOnlyMemory<byte> chunk)
    {
        lock (_gate)
        {
            if (number < _received || number > _received + MostAhead)
                return;
            if (number > _received)
            {
                _ahead.TryAdd(number, chunk);
                return;
            }

            do
            {
                _ready.Enqueue(chunk);
                _received++;
            }
            while (_ahead.Remove(_received, out chunk));
        }
    }

    /// <summary>Takes what has come, from the start.</summary>
    /// <param name="bytes">Where to.</param>
    /// <param name="mostUntold">How much may be used before the sender must be told.</param>
    /// <param name="mustTell">Whether so much has been used.</param>
    public int Read(Span<byte> bytes, (int Chunks, long Bytes) mostUntold, out bool mustTell)
    {
        lock (_gate)
        {
            var read = 0;
            while (read < bytes.Length && _ready.TryPeek(out var chunk))
            {
                var count = Math.Min(chunk.Length - _at, bytes.Length - read);
                chunk.Span.Slice(_at, count).CopyTo(bytes[read..]);
                (read, _at) = (read + count, _at + count);
                if (_at < chunk.Length)
                    continue;
                _ready.Dequeue();
                _at = 0;
                _consumed++;
                _consumedBytes += chunk.Length;
            }

            mustTell = _consumed - _told >= mostUntold.Chunks || _consumedBytes - _toldBytes >= mostUntold.Bytes;
            return read;
        }
    }
}
