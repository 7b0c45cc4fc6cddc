using System.IO.MemoryMappedFiles;

namespace TuneGraph.Collectives;

/// <summary>
/// The mapped file of one shared-memory group: board, one pass area and one arena per rank, one stream per ordered
/// pair. Rank 0 makes it under another name and renames it, so that nobody maps half a file.
/// </summary>
internal sealed unsafe class SharedMapping
{
    internal const int StreamCapacity = 256 * 1024;

    private const int StreamStride = BoardLayout.StreamBytes + StreamCapacity;
    private const int Page = 4096;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly SharedMemoryOptions _options;
    private readonly int _worldSize;
    private long _allocated;

    private SharedMapping(MemoryMappedFile file, SharedMemoryOptions options, int worldSize)
    {
        _file = file;
        _options = options;
        _worldSize = worldSize;
        _view = file.CreateViewAccessor();
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Start = start;
    }

    ~SharedMapping()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    internal byte* Start { get; }

    internal long Length => LengthOf(_options, _worldSize);

    private long PassAreas => RoundUp(BoardLayout.HeaderBytes(_worldSize));

    private long Streams => PassAreas + ((long)_worldSize * _options.PassBytes);

    private long Arenas => Streams + RoundUp((long)_worldSize * _worldSize * StreamStride);

    internal BoardWindow WindowOf(int rank) =>
        new(Start, Length, Start + PassAreas + ((long)rank * _options.PassBytes), _options.PassBytes);

    internal BoardStream Stream(int from, int to) => new(
        Start + Streams + ((((long)from * _worldSize) + to) * StreamStride), StreamCapacity);

    /// <summary>So many bytes of this rank's arena, zeroed, at a cache line's start; never given back.</summary>
    internal byte* Allocate(int rank, long bytes)
    {
        var start = Interlocked.Add(ref _allocated, RoundUp(bytes)) - RoundUp(bytes);
        if (start + bytes <= _options.ArenaBytes) return Start + Arenas + (rank * RoundUp(_options.ArenaBytes)) + start;
        throw new InvalidOperationException(
            $"The shared arena of {_options.ArenaBytes} bytes has no room for {bytes} more after {start}; raise "
            + $"{nameof(SharedMemoryOptions.ArenaBytes)} on all ranks, or reduce vectors from ordinary memory.");
    }

    /// <summary>Makes (rank 0) or awaits (the others) the file.</summary>
    internal static SharedMapping Open(
        string path, int rank, int worldSize, SharedMemoryOptions options, Patience patience)
    {
        if (rank == 0) Make(path, LengthOf(options, worldSize));
        while (true)
        {
            try
            {
                var stream = new FileStream(
                    path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                if (stream.Length != LengthOf(options, worldSize))
                {
                    stream.Dispose();
                    throw new InvalidDataException(
                        $"The shared file '{path}' has another size than this rank expects: all ranks must use equal "
                        + "options and world size, and a name that no earlier group left behind.");
                }
                var file = MemoryMappedFile.CreateFromFile(
                    stream, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
                return new(file, options, worldSize);
            }
            catch (FileNotFoundException)
            {
                patience.Wait(() => $"rank 0, which makes '{path}'");
            }
        }
    }

    private static void Make(string path, long length)
    {
        using (var file = new FileStream(path + ".new", FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite))
            file.SetLength(length);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static long LengthOf(SharedMemoryOptions options, int worldSize) =>
        RoundUp(BoardLayout.HeaderBytes(worldSize)) + ((long)worldSize * options.PassBytes)
        + RoundUp((long)worldSize * worldSize * StreamStride)
        + (worldSize * RoundUp(options.ArenaBytes));

    private static long RoundUp(long bytes) => (bytes + Page - 1) / Page * Page;
}
