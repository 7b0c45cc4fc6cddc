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

    /// <summary>
    /// Longest vector that two ranks copy onto the board rather than to reach for each other's: one hand-over instead
    /// of two for one more copy; see <see cref="EagerAllReduce"/>.
    /// </summary>
    internal const int EagerBytes = 2 * 1024;

    /// <summary>The call, then the vector; two of them by turns.</summary>
    internal const int EagerSlotBytes = Line + EagerBytes;

    internal static int Eager(int worldSize) => Slots + (worldSize * SlotBytes);

    internal static int HeaderBytes(int worldSize) =>
        Eager(worldSize) + (worldSize == 2 ? 2 * worldSize * EagerSlotBytes : 0);
}
