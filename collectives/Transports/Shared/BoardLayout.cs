namespace TuneGraph.Collectives;

/// <summary>
/// Where things stand in a board's memory, in bytes. Everything that one rank polls has its own 128-byte line.
/// </summary>
internal static class BoardLayout
{
    internal const int Line = 128;
    internal const int Arrivals = 0;
    internal const int Completions = Line;
    internal const int Strokes = 2 * Line;
    internal const int Parked = 3 * Line;

    /// <summary>State, rank and length of the notice, then its UTF-8 text.</summary>
    internal const int Notice = 4 * Line;
    internal const int NoticeText = Notice + 16;
    internal const int NoticeTextBytes = 1000;

    internal const int Slots = 16 * Line;
    internal const int SlotBytes = 2 * Line;

    /// <summary>Size of a <see cref="CollectiveCall"/>.</summary>
    internal const int CallBytes = 64;

    // Inside a slot.
    internal const int Version = 0;
    internal const int Call = 8;
    internal const int Inside = 8 + CallBytes;
    internal const int Departed = Inside + 4;
    internal const int Data = Line;
    internal const int Joined = Line + 16;
    internal const int Process = Line + 24;

    // Inside a stream.
    internal const int Written = 0;
    internal const int Read = Line;
    internal const int StreamBytes = 2 * Line;

    internal static int HeaderBytes(int worldSize) => Slots + (worldSize * SlotBytes);
}
