using System.Runtime.InteropServices;

namespace TuneGraph.Worker;

/// <summary>
/// What precedes every payload of grad-v1: 96 bytes, little-endian, in the message itself, because metadata does not
/// reach streaming subscribers and ids of raw messages are new with every delivery.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1, Size = Bytes)]
internal struct FrameHeader
{
    public const int Bytes = 96;

    /// <summary>"TGG1".</summary>
    public const uint TheMagic = 0x3147_4754;

    public uint Magic;

    public FrameKind Kind;

    /// <summary>Type of the elements that the step exchanges.</summary>
    public byte Element;

    /// <summary>1 where the sender has heard of the receiver.</summary>
    public byte HasHeard;

    public byte Reserved;

    /// <summary>The group: a hash of its name, which holds study, trial and attempt.</summary>
    public UInt128 Group;

    /// <summary>The membership epoch; frames of another are dropped.</summary>
    public uint Epoch;

    public ushort From;

    public ushort To;

    /// <summary>Which collective the sender is in, from 1.</summary>
    public long Step;

    /// <summary>Which chunk of the stream from this rank to that one this is, from 0.</summary>
    public long Number;

    /// <summary>Where in that stream it begins.</summary>
    public long Offset;

    /// <summary>Chunks of the stream in the other direction that have come without a gap.</summary>
    public long Received;

    /// <summary>Chunks of it that have been used: what gives the other room to send more.</summary>
    public long Consumed;

    /// <summary>Of an ask, when it was sent; of an answer, that of the ask.</summary>
    public long Stamp;

    public int PayloadBytes;

    /// <summary>CRC-32C of the fields above and the payload.</summary>
    public uint Sum;
}
