namespace TuneGraph.Worker;

/// <summary>A chunk that was sent, and is kept until it has come.</summary>
/// <param name="number">Its place in the stream.</param>
/// <param name="offset">Where in the stream it begins.</param>
/// <param name="step">The collective that it belongs to.</param>
/// <param name="message">Room for the header, then the chunk.</param>
internal sealed class OutgoingChunk(long number, long offset, long step, byte[] message)
{
    public long Number => number;

    public long Offset => offset;

    public long Step => step;

    public byte[] Message => message;

    public int Bytes => message.Length - FrameHeader.Bytes;

    /// <summary>Whether a publish of it is under way, so that its bytes must not change.</summary>
    public bool IsUnderWay { get; set; } = true;

    /// <summary>When it was published last.</summary>
    public long SentAt { get; set; }
}
