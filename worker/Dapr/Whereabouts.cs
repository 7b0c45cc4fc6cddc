using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TuneGraph.Collectives;

namespace TuneGraph.Worker;

/// <summary>What a frame without a chunk says.</summary>
/// <param name="Call">The call that the sender is in, or was in last.</param>
/// <param name="IsInside">Whether it is in it still.</param>
/// <param name="Have">Bit i: chunk <see cref="FrameHeader.Received"/> + 1 + i has come already.</param>
/// <param name="Total">Of a farewell, how many chunks it has sent the receiver in all.</param>
/// <param name="Rank">Of an abort, who ended the group.</param>
/// <param name="Text">Of an abort, why; of a hello and an ask, the topic to answer to; of a
/// roster, all topics, a line each.</param>
internal sealed record Whereabouts(
    CollectiveCall Call, bool IsInside, ulong Have, long Total, int Rank, string Text)
{
    private const int MostTextBytes = 256 << 10; // a roster of 1,024 ranks
    private static readonly int _fixedBytes = Unsafe.SizeOf<Fixed>();

    /// <summary>As bytes behind a header, which is left free.</summary>
    public byte[] ToMessage()
    {
        var text = Encoding.UTF8.GetBytes(Text);
        var length = Math.Min(text.Length, MostTextBytes);
        var message = new byte[FrameHeader.Bytes + _fixedBytes + length];
        MemoryMarshal.Write(
            message.AsSpan(FrameHeader.Bytes),
            new Fixed { Call = Call, Have = Have, Total = Total, Rank = Rank, IsInside = IsInside ? 1 : 0 });
        text.AsSpan(0, length).CopyTo(message.AsSpan(FrameHeader.Bytes + _fixedBytes));
        return message;
    }

    /// <summary>Reads it; null if it is too short.</summary>
    public static Whereabouts? Read(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < _fixedBytes)
            return null;
        var read = MemoryMarshal.Read<Fixed>(payload);
        return new Whereabouts(
            read.Call, read.IsInside != 0, read.Have, read.Total, read.Rank,
            Encoding.UTF8.GetString(payload[_fixedBytes..]));
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Fixed
    {
        public CollectiveCall Call;
        public ulong Have;
        public long Total;
        public int Rank;
        public int IsInside;
    }
}
