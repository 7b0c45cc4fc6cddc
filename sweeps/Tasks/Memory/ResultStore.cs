namespace TuneGraph;

/// <summary>Counts the bytes of results in memory, and gives those that are spilled their files.</summary>
internal sealed class ResultStore(ResultFormats formats, string? folder) : IDisposable
{
    private string? _folder;
    private long _bytes;
    private long _files;

    /// <summary>Bytes of results in memory.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>How many results were spilled so far.</summary>
    public long Spilled => Interlocked.Read(ref _files);

    /// <summary>Why spilling failed, after which results stay in memory; null if it did not.</summary>
    public Exception? Failure { get; private set; }

    public ResultFormat<T>? FormatOf<T>() => formats.Of<T>();

    public void Count(long bytes)
    {
        if (bytes != 0)
            Interlocked.Add(ref _bytes, bytes);
    }

    /// <summary>Moves a result to disk, unless that has failed before. One call at a time.</summary>
    public void Spill(TaskCell cell)
    {
        if (Failure is not null)
            return;
        try
        {
            _folder ??= NewFolder();
            if (cell.Spill(Path.Combine(_folder, $"{_files}.result")))
                Interlocked.Increment(ref _files);
        }
        catch (Exception e)
        {
            Failure = e; // the results are still in memory: going on without a limit loses nothing
        }
    }

    /// <summary>Deletes what was spilled.</summary>
    public void Dispose()
    {
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
        _folder = null;
    }

    private string NewFolder()
    {
        var name = $"tunegraph-results-{Guid.CreateVersion7():N}";
        return Directory.CreateDirectory(Path.Combine(folder ?? Path.GetTempPath(), name)).FullName;
    }
}
