using Microsoft.Data.Sqlite;

namespace TuneGraph;

/// <summary>
/// Keeps studies in one SQLite file. Every commit is on its way to the disk when <see cref="Commit"/> returns: it
/// survives the death of
/// the process at any moment. After a power cut the newest commits may be missing, but never half of one.
/// </summary>
/// <remarks>
/// Write-ahead log, <c>synchronous = NORMAL</c>: no fsync per commit, which is what makes a commit cost microseconds.
/// </remarks>
public sealed class SqliteStudyStore : StudyStore
{
    private readonly SqliteConnection _connection;
    private readonly SqliteChangeWriter _writer;
    private readonly TimeProvider _time;
    private readonly string _path;

    private SqliteStudyStore(SqliteConnection connection, string path, TimeProvider time)
    {
        (_connection, _path, _time) = (connection, path, time);
        _writer = new SqliteChangeWriter(connection);
    }

    /// <summary>Opens a study file, or makes a new one.</summary>
    /// <param name="path">The file; its folder is made if need be.</param>
    /// <param name="time">Source of the times kept; the system's clock by default.</param>
    /// <exception cref="StoreException">The file cannot be made or read, or is no study file.</exception>
    public static SqliteStudyStore Open(string path, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
                Directory.CreateDirectory(folder);
            return Open(path, SqliteOpenMode.ReadWriteCreate, time);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StoreException($"The study file '{path}' cannot be opened for writing: {e.Message}", e);
        }
    }

    /// <summary>Opens an existing study file to read it.</summary>
    /// <exception cref="StoreException">The file does not exist, cannot be read, or is no study file.</exception>
    public static SqliteStudyStore OpenExisting(string path, TimeProvider? time = null)
    {
        if (!File.Exists(path))
            throw new StoreException($"There is no study file '{path}'.");
        try
        {
            return Open(path, SqliteOpenMode.ReadWrite, time);
        }
        catch (SqliteException e)
        {
            throw new StoreException($"The study file '{path}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Lets the file grow to so many pages and no further, as a full disk would.</summary>
    internal void LimitPages(int pages)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"PRAGMA max_page_count = {pages}";
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> List() => Guarded("read", () => SqliteStudyReader.Names(_connection));

    /// <inheritdoc/>
    public override StoredStudy? Load(string name) => Guarded("read", () => SqliteStudyReader.Load(_connection, name));

    /// <inheritdoc/>
    public override void Create(StudyDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        if (List().Contains(definition.Name))
            throw new StoreException(
                $"A study named '{definition.Name}' exists already in '{_path}'; choose another name."
            );
        Guarded("written", () => _writer.Create(definition, _time.GetUtcNow()));
    }

    /// <inheritdoc/>
    public override void Commit(string study, IReadOnlyList<StoreChange> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        Guarded("written", () => _writer.Commit(study, changes, _time.GetUtcNow()));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        _writer.Dispose();
        _connection.Dispose();
    }

    private static SqliteStudyStore Open(string path, SqliteOpenMode mode, TimeProvider? time)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = mode,
                Pooling = false,
            }.ToString()
        );
        try
        {
            connection.Open();
            using (var pragmas = connection.CreateCommand())
            {
                pragmas.CommandText =
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;";
                pragmas.ExecuteNonQuery();
            }

            SqliteSchema.Migrate(connection, path);
            return new SqliteStudyStore(connection, path, time ?? TimeProvider.System);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void Guarded(string verb, Action action) =>
        Guarded(
            verb,
            () =>
            {
                action();
                return true;
            }
        );

    private T Guarded<T>(string verb, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException e)
        {
            const int Full = 13;
            var advice =
                e.SqliteErrorCode == Full
                    ? "free some space, then go on with --resume"
                    : "see that it is writable and used by no other program, then go on with --resume";
            throw new StoreException(
                $"The study file '{_path}' could not be {verb}: {e.Message} What was kept before is safe; {advice}.",
                e
            );
        }
    }
}
