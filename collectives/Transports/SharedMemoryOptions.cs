namespace TuneGraph.Collectives;

/// <summary>Settings of a <see cref="SharedMemoryGroup"/>.</summary>
public sealed record SharedMemoryOptions : ProcessGroupOptions
{
    /// <summary>
    /// Folder of the mapped file; must be memory-backed to be fast. Default <c>/dev/shm</c>. The file is deleted as
    /// soon as all ranks have joined, so it does not outlive the group, however the processes end.
    /// </summary>
    public string Folder { get; init; } = "/dev/shm";

    /// <summary>How long to wait for the other ranks at the start. Default 60 s.</summary>
    public TimeSpan JoinTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Bytes that one pass of a collective covers, and size of each rank's copy area for vectors outside the arena; a
    /// multiple of 4,096. Default 1 MiB, which stays in the cache.
    /// </summary>
    public int PassBytes
    {
        get;
        init
        {
            if (value < 4096 || value % 4096 != 0)
                throw new ArgumentOutOfRangeException(
                    nameof(PassBytes), value, "PassBytes must be a positive multiple of 4096.");
            field = value;
        }
    } = 1 << 20;

    /// <summary>
    /// Bytes per rank that <see cref="SharedMemoryGroup.Allocate{T}"/> can give out; taken from the system only when
    /// touched. 0 or more. Default 256 MiB.
    /// </summary>
    public long ArenaBytes
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(ArenaBytes));
            field = value;
        }
    } = 256L << 20;
}
