namespace TuneGraph.Collectives;

/// <summary>Pieces of one stream that have come and are not yet handed on.</summary>
internal sealed class ArrivalQueue
{
    private readonly Queue<(byte[] Bytes, long Due)> _pieces = new();
    private (byte[] Bytes, long Due)? _late;
    private int _taken;

    /// <summary>When the next piece may be handed on; null without one.</summary>
    internal long? NextDue => _pieces.TryPeek(out var next) ? next.Due : null;

    /// <summary>Adds a piece; a late one after the next that is not late.</summary>
    internal void Add(ReadOnlySpan<byte> bytes, long due, bool late)
    {
        var piece = (bytes.ToArray(), due);
        if (late && _late is null)
        {
            _late = piece;
            return;
        }
        _pieces.Enqueue(piece);
        if (_late is { } held) _pieces.Enqueue(held);
        _late = null;
    }

    /// <summary>Hands on what is due.</summary>
    internal int Read(Span<byte> bytes, long now)
    {
        var count = 0;
        while (count < bytes.Length && _pieces.TryPeek(out var next) && next.Due <= now)
        {
            var part = Math.Min(bytes.Length - count, next.Bytes.Length - _taken);
            next.Bytes.AsSpan(_taken, part).CopyTo(bytes[count..]);
            (count, _taken) = (count + part, _taken + part);
            if (_taken < next.Bytes.Length) break;
            _pieces.Dequeue();
            _taken = 0;
        }
        return count;
    }
}
