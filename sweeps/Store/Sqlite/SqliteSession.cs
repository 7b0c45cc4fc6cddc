using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace TuneGraph;

/// <summary>An SQLite file: every statement is prepared once and done at once.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : SqlSession
{
    private readonly SqliteStatements _statements = new(connection);

    public override string Now => "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

    /// <summary>Brings an older file up to date; its <c>user_version</c> counts the steps it has seen.</summary>
    /// <exception cref="StoreException">The file was written by a newer version.</exception>
    public void Migrate(string path)
    {
        if (!Behind(path).IsEmpty)
            Write(() => BringUp(path), happened: () => Behind(path).IsEmpty);
    }

    public override void Run(string sql, params ReadOnlySpan<object?> values) => _statements[sql].Execute(values);

    public override List<T> Rows<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = _statements[sql].Query(values);
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    public override void Each(string sql, Action<DbDataReader> look, params ReadOnlySpan<object?> values)
    {
        using var reader = _statements[sql].Query(values);
        while (reader.Read())
            look(reader);
    }

    public override void Write(Action statements, Func<bool> happened)
    {
        Run("BEGIN IMMEDIATE");
        try
        {
            statements();
            Run("COMMIT");
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    public override T Snapshot<T>(Func<T> read)
    {
        Run("BEGIN");
        try
        {
            return read();
        }
        finally
        {
            RollBack();
        }
    }

    public override void Dispose()
    {
        _statements.Dispose();
        connection.Dispose();
    }

    private ReadOnlySpan<string> Behind(string path) =>
        SqlSchema.After(Rows("PRAGMA user_version", row => row.GetInt64(0))[0], $"'{path}'");

    // Asked anew under the lock: another opener of the same file may have been first.
    private void BringUp(string path)
    {
        foreach (var step in Behind(path))
            Execute(step);
        Execute($"PRAGMA user_version = {SqlSchema.Version}");
    }

    private void Execute(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private void RollBack()
    {
        try
        {
            Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // A full disk may have rolled back by itself; the first error is the one to tell.
        }
    }
}
