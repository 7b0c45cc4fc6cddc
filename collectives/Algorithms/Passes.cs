namespace TuneGraph.Collectives;

/// <summary>
/// A vector in pieces that fit the ranks' windows; at least one, so that empty vectors synchronise too.
/// </summary>
internal struct Passes(long bytes, long passBytes)
{
    private long _next = -1;

    public readonly Passes GetEnumerator() => this;

    /// <summary>First byte and length of the piece.</summary>
    public readonly (long Start, long Bytes) Current => (_next, Math.Min(bytes - _next, passBytes));

    public bool MoveNext()
    {
        if (_next >= 0 && bytes - _next <= passBytes) return false;
        _next = _next < 0 ? 0 : _next + passBytes;
        return true;
    }
}
