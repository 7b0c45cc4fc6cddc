using System.Runtime.InteropServices;

namespace TuneGraph.Worker;

/// <summary>A frame that came, whole and undamaged.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Payload">What follows it.</param>
internal readonly record struct Frame(FrameHeader Header, ReadOnlyMemory<byte> Payload)
{
    private const int SumBytes = sizeof(uint);

    /// <summary>Writes the header before the payload, which is in its place already, and sums both.</summary>
    public static void Seal(Span<byte> message, FrameHeader header)
    {
        (header.Magic, header.PayloadBytes) = (FrameHeader.TheMagic, message.Length - FrameHeader.Bytes);
        MemoryMarshal.Write(message, header);
        header.Sum = SumOf(message);
        MemoryMarshal.Write(message, header);
    }

    /// <summary>Reads a message; false for whatever else is in a topic, and for damaged ones.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> message, out Frame frame)
    {
        frame = default;
        if (message.Length < FrameHeader.Bytes)
            return false;
        var header = MemoryMarshal.Read<FrameHeader>(message.Span);
        if (header.Magic != FrameHeader.TheMagic || header.PayloadBytes != message.Length - FrameHeader.Bytes
            || header.Sum != SumOf(message.Span))
            return false;
        frame = new Frame(header, message[FrameHeader.Bytes..]);
        return true;
    }

    private static uint SumOf(ReadOnlySpan<byte> message)
    {
        var place = (int)Marshal.OffsetOf<FrameHeader>(nameof(FrameHeader.Sum));
        return Crc32C.Append(
            Crc32C.Append(0, message[..place]), message[(place + SumBytes)..]);
    }
}
