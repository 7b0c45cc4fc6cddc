namespace TuneGraph;

/// <summary>
/// Where a scheduler's studies are kept: each in a file of its own folder, or all in one PostgreSQL database. Safe to
/// use from several threads.
/// </summary>
/// <param name="postgres">Connection string of the database; null for files.</param>
/// <param name="time">Source of the times kept.</param>
internal sealed class StudyShelf(string? postgres, TimeProvider time) : IDisposable
{
    /// <summary>
    /// How long a start waits for the database: one that restarts is there within seconds, and a busy one takes its
    /// time to answer; a scheduler that gave up at once would stay down where nobody starts it again.
    /// </summary>
    private static readonly TimeSpan _patienceOfAStart = TimeSpan.FromSeconds(10);

    private readonly Lock _reading = new();
    private PostgresStudyStore? _reader;

    /// <summary>
    /// How long a claim on a study holds unless it is renewed; null where a file's lock does as much.
    /// </summary>
    public TimeSpan? Term => postgres is null ? null : TimeSpan.FromSeconds(6);

    /// <summary>
    /// Makes sure that the database can be used, and makes the tables in it if need be; waits ten seconds for it.
    /// </summary>
    /// <exception cref="StoreException">It cannot: what is wrong, and the way out.</exception>
    public void Check()
    {
        if (postgres is not null)
            PostgresStudyStore.Open(postgres, _patienceOfAStart, time).Dispose();
    }

    /// <summary>Whether the database answers.</summary>
    /// <returns>What is wrong, for people; null when nothing is.</returns>
    public Task<string?> TroubleAsync(CancellationToken cancellationToken) =>
        postgres is null
            ? Task.FromResult<string?>(null)
            : PostgresStudyStore.TroubleAsync(postgres, cancellationToken);

    /// <summary>A store for the loop of a study; null for its own file.</summary>
    /// <exception cref="StoreException">The database cannot be opened.</exception>
    public StudyStore? Open() => postgres is null ? null : PostgresStudyStore.Open(postgres, time: time);

    /// <summary>Everything that is known of a study; null while it has not begun.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public StoredStudy? Load(string folder, string name) => Read(folder, store => store.Load(name));

    /// <summary>A study and what came to its log after so many events; null while it has not begun.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public StoredStudy? Follow(string folder, string name, int known) =>
        Read(folder, store => store.Follow(name, known));

    /// <summary>What a study is, without what has happened in it; null when there is none.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public StoredStudy? Find(string folder, string name) => Read(folder, store => store.Follow(name, int.MaxValue));

    /// <summary>The newest checkpoint of each task of a study.</summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public IReadOnlyList<StoredCheckpoint> Checkpoints(string folder, string name) =>
        Read<IReadOnlyList<StoredCheckpoint>>(folder, store => store.Checkpoints(name)) ?? [];

    /// <summary>Names of the studies that are kept: in the database, or in folders below one.</summary>
    /// <exception cref="StoreException">The database cannot be read.</exception>
    public IReadOnlyList<string> Names(string below) =>
        postgres is not null
            ? Read(below, store => store.List()) ?? []
            : [.. Directory.EnumerateDirectories(below).Select(folder => Path.GetFileName(folder))];

    /// <summary>Keeps what somebody notes about a study.</summary>
    /// <exception cref="StoreException">The store cannot be written, or the study has not begun.</exception>
    public void Annotate(string folder, string name, Remark remark) =>
        _ = Read(folder, store =>
        {
            store.Annotate(name, remark);
            return store;
        }) ?? throw new StoreException($"The study '{name}' has not begun yet; note it when it has.");

    /// <summary>
    /// What the trials of a study printed. In the database by a connection of its own: a search through all of it keeps
    /// nobody else waiting.
    /// </summary>
    /// <exception cref="StoreException">It cannot be read.</exception>
    public IReadOnlyList<StoredLine> Printed(string folder, string name, PrintedQuery query)
    {
        if (postgres is null)
            return Read(folder, store => store.Printed(name, query)) ?? [];
        using var store = PostgresStudyStore.Open(postgres, PostgresStudyStore.PatienceOfReaders, time);
        return store.Printed(name, query);
    }

    private T? Read<T>(string folder, Func<StudyStore, T?> read)
        where T : class
    {
        if (postgres is not null)
        {
            lock (_reading)
            {
                _reader ??= PostgresStudyStore.Open(postgres, PostgresStudyStore.PatienceOfReaders, time);
                return read(_reader);
            }
        }

        if (!File.Exists(StudyFolder.StorePath(folder)))
            return null;
        using var store = SqliteStudyStore.OpenExisting(StudyFolder.StorePath(folder), time);
        return read(store);
    }

    public void Dispose() => _reader?.Dispose();
}
