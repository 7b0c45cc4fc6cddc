using System.IO.MemoryMappedFiles;

namespace TuneGraph.Training;

/// <summary>Rows of numbers that grow at the end: in memory, or in a file that the system pages in and out.</summary>
internal abstract class RowStore<T>(int width) : IDisposable
    where T : unmanaged
{
    /// <summary>Numbers per row.</summary>
    public int Width { get; } = width;

    /// <summary>Rows so far.</summary>
    public int Rows { get; private set; }

    /// <summary>The most rows there is room for.</summary>
    public abstract long MostRows { get; }

    /// <summary>One row, to read and to write.</summary>
    public abstract Span<T> Row(int row);

    /// <summary>All numbers, where they lie in one piece and are few enough for a span.</summary>
    /// <exception cref="InvalidOperationException">They do not.</exception>
    public abstract ReadOnlySpan<T> All { get; }

    /// <summary>A new row of zeros at the end. The caller has looked at <see cref="MostRows"/>.</summary>
    public Span<T> Append()
    {
        Reserve(Rows + 1);
        return Row(Rows++);
    }

    /// <summary>A store of the kind that a spec asks for.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="width">Numbers per row.</param>
    /// <param name="rows">Rows to come, if known, else 0; known rows lie in one piece.</param>
    /// <exception cref="DataException">There is no room on the disk, or no folder.</exception>
    public static RowStore<T> Of(DataSpec spec, int width, int rows = 0) => spec.Storage == DataStorage.Disk
        ? new DiskRows<T>(spec, width, rows)
        : new MemoryRows<T>(width, rows);

    /// <summary>Gives the room back.</summary>
    public abstract void Dispose();

    /// <summary>Makes room for so many rows.</summary>
    protected abstract void Reserve(int rows);
}

/// <summary>Rows in one array.</summary>
internal sealed class MemoryRows<T>(int width, int rows) : RowStore<T>(width)
    where T : unmanaged
{
    private T[] _values = rows > 0 ? new T[checked(rows * width)] : new T[4096];

    public override long MostRows => Width == 0 ? int.MaxValue : Array.MaxLength / Width;

    public override ReadOnlySpan<T> All => _values.AsSpan(0, Rows * Width);

    public override Span<T> Row(int row) => _values.AsSpan(row * Width, Width);

    public override void Dispose() => _values = [];

    protected override void Reserve(int rows)
    {
        var end = (long)rows * Width;
        if (end > _values.Length)
            Array.Resize(ref _values, (int)Math.Min(Array.MaxLength, Math.Max(end, 2L * _values.Length)));
    }
}

/// <summary>
/// Rows in a nameless file, mapped into memory piece by piece. What is not in use, the system writes out and forgets.
/// </summary>
internal sealed unsafe class DiskRows<T> : RowStore<T>
    where T : unmanaged
{
    /// <summary>Bytes of a piece where the number of rows is not known.</summary>
    private const long PieceBytes = 64L << 20;

    private readonly FileStream _file;
    private readonly string _path;
    private readonly int _rowsPerPiece;
    private readonly List<(MemoryMappedFile Map, MemoryMappedViewAccessor View, nint Start)> _pieces = [];

    public DiskRows(DataSpec spec, int width, int rows)
        : base(width)
    {
        _path = spec.Path;
        _rowsPerPiece = rows > 0 ? rows : (int)Math.Clamp(PieceBytes / Math.Max(1, width * sizeof(T)), 1, int.MaxValue);
        var folder = spec.CacheFolder ?? Path.GetTempPath();
        var path = Path.Combine(folder, Path.GetRandomFileName());
        try
        {
            _file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1,
                FileOptions.DeleteOnClose);
            // Elsewhere than on Windows an open file needs no name: nothing is left behind, even by a crash.
            if (!OperatingSystem.IsWindows())
                File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(
                _path, $"its rows cannot be kept in '{folder}' ({e.Message}). Choose another cacheFolder.", e);
        }
    }

    ~DiskRows() => Free();

    public override long MostRows => int.MaxValue;

    public override ReadOnlySpan<T> All => _pieces.Count <= 1 && (long)Rows * Width <= Array.MaxLength
        ? Rows == 0 ? [] : new ReadOnlySpan<T>((T*)_pieces[0].Start, Rows * Width)
        : throw new InvalidOperationException(
            $"{(long)Rows * Width:N0} numbers do not fit a span of at most {Array.MaxLength:N0}; read row by row.");

    public override Span<T> Row(int row) => new(
        (T*)_pieces[row / _rowsPerPiece].Start + ((long)(row % _rowsPerPiece) * Width), Width);

    public override void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        foreach (var (map, view, _) in _pieces)
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            map.Dispose();
        }
        _pieces.Clear();
        _file?.Dispose();
    }

    protected override void Reserve(int rows)
    {
        if (rows <= (long)_pieces.Count * _rowsPerPiece)
            return;
        const int Page = 64 << 10;              // views begin at multiples of it on every system
        var size = ((((long)_rowsPerPiece * Width * sizeof(T)) + Page) / Page) * Page;
        var start = _pieces.Count * size;
        try
        {
            _file.SetLength(start + size);
            var map = MemoryMappedFile.CreateFromFile(
                _file, null, start + size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None,
                leaveOpen: true);
            var view = map.CreateViewAccessor(start, size);
            byte* pointer = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
            _pieces.Add((map, view, (nint)(pointer + view.PointerOffset)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataException(_path, $"there is no room on the disk for {start + size:N0} bytes of its rows "
                + $"({e.Message}). Choose another cacheFolder.", e);
        }
    }
}
