using System.Globalization;

namespace TuneGraph;

/// <summary>What is known of a worker's disk, and whether it has room for another trial.</summary>
/// <param name="least">How many bytes must be free; 0 for any.</param>
internal sealed class DiskRoom(long least)
{
    private long _beyond; // what did not fit the last time
    private long? _free;

    /// <summary>Why the worker gets nothing new; null when there is room, and where nothing is known.</summary>
    public string? Shortage =>
        _free is { } free && free < least + _beyond
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"its disk has {Mebibytes(free)} MiB free, and {Mebibytes(least + _beyond)} are the least "
                    + $"(--free): it gets no trials until there is room")
            : null;

    /// <summary>The worker tells how much is free.</summary>
    public void Report(long? free)
    {
        _free = free ?? _free;
        if (Shortage is null)
            _beyond = 0;
    }

    /// <summary>Something did not fit.</summary>
    public void Refuse(DiskShortage shortage)
    {
        _beyond = shortage.NeededBytes;
        Report(shortage.FreeBytes);
    }

    private static double Mebibytes(long bytes) => Math.Round(bytes / (1024.0 * 1024), 1);
}

/// <summary>Something could not be kept on a worker's disk.</summary>
/// <param name="FreeBytes">What was free after that; null where the system does not tell.</param>
/// <param name="NeededBytes">How many bytes it has, as far as known.</param>
internal sealed record DiskShortage(long? FreeBytes, long NeededBytes)
{
    /// <summary>What is free where a folder is; null where the system does not tell.</summary>
    public static long? FreeIn(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}

/// <summary>A file of a trial could not be written; it is not the trial's fault.</summary>
internal sealed class NoRoomException(string message, DiskShortage shortage, IOException inner)
    : TuneGraphException(message, inner)
{
    public DiskShortage Shortage { get; } = shortage;
}
