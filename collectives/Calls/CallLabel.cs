using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace TuneGraph.Collectives;

/// <summary>
/// What a call is for, in at most 24 bytes of UTF-8: travels with the call, so that an error can name it on any rank.
/// </summary>
internal readonly record struct CallLabel
{
    internal const int Bytes = 24;

    private readonly (ulong, ulong, ulong) _bytes;

    /// <summary>Cuts off what does not fit, at the border of a character.</summary>
    internal CallLabel(string text)
    {
        Span<byte> utf8 = stackalloc byte[Bytes];
        utf8.Clear();
        Utf8.FromUtf16(text, utf8, out _, out _);
        _bytes = MemoryMarshal.Read<(ulong, ulong, ulong)>(utf8);
    }

    public override string ToString()
    {
        var utf8 = MemoryMarshal.AsBytes(new ReadOnlySpan<(ulong, ulong, ulong)>(in _bytes));
        var end = utf8.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? utf8 : utf8[..end]);
    }
}
