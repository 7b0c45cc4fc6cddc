namespace TuneGraph.Worker;

/// <summary>What a frame of grad-v1 is.</summary>
internal enum FrameKind : byte
{
    /// <summary>A chunk of the byte stream from one rank to another.</summary>
    Data = 1,

    /// <summary>I am here; sent until the other is heard of.</summary>
    Hello,

    /// <summary>Where are you, and this is what I lack: the NACK.</summary>
    Ask,

    /// <summary>Where I am, and what has come; answers an ask, and gives credit.</summary>
    Answer,

    /// <summary>I left, after so many chunks.</summary>
    Farewell,

    /// <summary>The group is over, and why.</summary>
    Abort,

    /// <summary>The topics of all ranks, from rank 0.</summary>
    Roster,

    /// <summary>The process that was asked knows of no such group: it was started anew, or is long done.</summary>
    Unknown,
}
