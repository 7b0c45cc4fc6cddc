using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Diagnostics;
using TuneGraph.Collectives;

namespace TuneGraph.Benchmarks;

/// <summary>
/// A longer cable: everything comes so much later than it was sent, whatever the receiver does meanwhile, and what is
/// on its way does not wait for what was sent before. (A <see cref="FaultyTransport"/> delays from the moment of
/// reading.) The sender's time travels with its bytes; both ends must be processes of one host, whose clock they share.
/// </summary>
internal sealed class LinkDelay(Transport inner, TimeSpan delay) : Transport(inner.Rank, inner.WorldSize)
{
    private const int HeaderBytes = 12; // length, then time
    private const int MostBytes = 64 * 1024;

    private readonly long _delay = (long)(delay.TotalSeconds * Stopwatch.Frequency);
    private readonly Line[] _lines = [.. Enumerable.Range(0, inner.WorldSize).Select(_ => new Line())];

    public override AbortNotice? Notice => inner.Notice;

    /// <summary>A frame is taken whole; what the inner stream has no room for goes first the next time.</summary>
    public override int TryWrite(int to, ReadOnlySpan<byte> bytes)
    {
        var line = _lines[to];
        if (!Flush(to, line) || bytes.IsEmpty) return 0;
        var count = Math.Min(bytes.Length, MostBytes);
        BinaryPrimitives.WriteInt32LittleEndian(line.Outgoing, count);
        BinaryPrimitives.WriteInt64LittleEndian(line.Outgoing.AsSpan(4), Stopwatch.GetTimestamp());
        bytes[..count].CopyTo(line.Outgoing.AsSpan(HeaderBytes));
        (line.SendFrom, line.SendUntil) = (0, HeaderBytes + count);
        Flush(to, line);
        return count;
    }

    public override int TryRead(int from, Span<byte> bytes)
    {
        for (var to = 0; to < WorldSize; to++) Flush(to, _lines[to]);
        var line = _lines[from];
        line.Fill(inner, from);
        var (count, now) = (0, Stopwatch.GetTimestamp());
        while (count < bytes.Length && line.Left > 0 && line.Due(_delay) <= now)
            count += line.Take(bytes[count..]);
        return count;
    }

    public override long PreparePark() => inner.PreparePark();

    public override void CancelPark() => inner.CancelPark();

    public override void Park(long ticket, int to, int from, TimeSpan atMost)
    {
        var unsent = Array.FindIndex(_lines, line => line.SendFrom < line.SendUntil);
        var waiting = from >= 0 && _lines[from].Left > 0;
        if (waiting)
        {
            var left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _lines[from].Due(_delay));
            atMost = TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, atMost.Ticks));
        }
        // A rank that has room all the time would end every wait.
        inner.Park(ticket, unsent, from, atMost);
    }

    public override void Publish(in CollectiveCall call, bool inside) => inner.Publish(call, inside);

    public override RankStatus StatusOf(int rank) => inner.StatusOf(rank);

    public override void RefreshStatus() => inner.RefreshStatus();

    public override void Abort(AbortNotice notice) => inner.Abort(notice);

    public override Transport Split(ImmutableArray<int> members, long key) =>
        new LinkDelay(inner.Split(members, key), delay);

    protected override void Dispose(bool disposing) => inner.Dispose();

    private bool Flush(int to, Line line)
    {
        while (line.SendFrom < line.SendUntil)
        {
            var sent = inner.TryWrite(to, line.Outgoing.AsSpan(line.SendFrom, line.SendUntil - line.SendFrom));
            if (sent == 0) return false;
            line.SendFrom += sent;
        }
        return true;
    }

    /// <summary>What is on its way to and from one other rank.</summary>
    private sealed class Line
    {
        private byte[] _incoming = new byte[1 << 20];
        private int _from;
        private int _until;
        private int _left;      // of the frame that is being handed on
        private long _sentAt;

        internal byte[] Outgoing { get; } = new byte[HeaderBytes + MostBytes];

        internal int SendFrom { get; set; }

        internal int SendUntil { get; set; }

        /// <summary>Bytes of the oldest frame that are there and not yet handed on.</summary>
        internal int Left
        {
            get
            {
                if (_left == 0 && _until - _from >= HeaderBytes)
                {
                    _left = BinaryPrimitives.ReadInt32LittleEndian(_incoming.AsSpan(_from));
                    _sentAt = BinaryPrimitives.ReadInt64LittleEndian(_incoming.AsSpan(_from + 4));
                    _from += HeaderBytes;
                }
                return Math.Min(_left, _until - _from);
            }
        }

        internal long Due(long delay) => _sentAt + delay;

        internal void Fill(Transport transport, int rank)
        {
            if (_from == _until) (_from, _until) = (0, 0);
            if (_until == _incoming.Length)
            {
                if (_from > 0) _incoming.AsSpan(_from, _until - _from).CopyTo(_incoming);
                else Array.Resize(ref _incoming, 2 * _incoming.Length);
                (_from, _until) = (0, _until - _from);
            }
            _until += transport.TryRead(rank, _incoming.AsSpan(_until));
        }

        internal int Take(Span<byte> bytes)
        {
            var count = Math.Min(bytes.Length, Left);
            _incoming.AsSpan(_from, count).CopyTo(bytes);
            (_from, _left) = (_from + count, _left - count);
            return count;
        }
    }
}
