using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace TuneGraph;

/// <summary>
/// Keeps studies in one SQLite file. Every commit is on its way to the disk when <see cref="StudyStore.Commit"/>
/// returns: it survives the death of the process at any moment. After a power cut the newest commits may be missing,
/// but never half of one.
/// </summary>
/// <remarks>
/// Write-ahead log, <c>synchronous = NORMAL</c>: no fsync per commit, which is what makes a commit cost microseconds.
/// </remarks>
public sealed class SqliteStudyStore : SqlStudyStore
{
    private readonly SqliteConnection _connection;
    private readonly string _path;

    private SqliteStudyStore(SqliteConnection connection, SqliteSession session, string path, TimeProvider? time)
        : base(session, time) => (_connection, _path) = (connection, path);

    private protected override string Where => $"'{_path}'";

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
            throw new StoreException($"The study file '{path}' cannot be read: {e.Message.TrimEnd('.')}. "
                + "Bring a copy of it back, or take another folder.", e);
        }
    }

    /// <summary>Lets the file grow to so many pages and no further, as a full disk would.</summary>
    internal void LimitPages(int pages)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = $"PRAGMA max_page_count = {pages}";
        command.ExecuteNonQuery();
    }

    private protected override bool IsOvertaken(DbException error)
    {
        const int Constraint = 19;
        return error is SqliteException { SqliteErrorCode: Constraint }
            && error.Message.Contains("studies.commits", StringComparison.Ordinal);
    }

    private protected override StoreException Explain(string verb, DbException error)
    {
        const int Full = 13;
        var advice =
            error is SqliteException { SqliteErrorCode: Full }
                ? "free some space, then go on with --resume"
                : "see that it is writable and used by no other program, then go on with --resume";
        return new StoreException(
            $"The study file '{_path}' could not be {verb}: {error.Message} What was kept before is safe; {advice}.",
            error);
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
                    "PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;";
                pragmas.ExecuteNonQuery();
            }

            var session = new SqliteSession(connection);
            session.Migrate(path);
            return new SqliteStudyStore(connection, session, path, time);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
