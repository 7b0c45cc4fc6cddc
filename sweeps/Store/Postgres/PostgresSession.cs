using System.Data;
using System.Data.Common;
using Npgsql;

namespace TuneGraph;

/// <summary>
/// A PostgreSQL database. What is written together crosses the network once, as one batch, which the server does wholly
/// or not at all. A connection that breaks is made anew, for as long as the patience lasts.
/// </summary>
internal sealed class PostgresSession(NpgsqlDataSource source, TimeSpan patience, TimeProvider time) : SqlSession
{
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, string> _translated = [];
    private NpgsqlConnection? _connection;
    private NpgsqlConnection? _snapshot;
    private NpgsqlBatch? _batch;

    public override string Now => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";

    /// <summary>Makes the tables, or brings older ones up to date; safe when several processes do it.</summary>
    /// <exception cref="StoreException">It was written by a newer version.</exception>
    public void Migrate(string where) =>
        Patiently(
            connection =>
            {
                using var transaction = connection.BeginTransaction();
                Execute(
                    connection,
                    """
                    SELECT pg_advisory_xact_lock(5780214690);
                    DO $$ BEGIN
                        EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', current_setting('search_path'));
                    END $$;
                    CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL);
                    INSERT INTO schema_version SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM schema_version);
                    """);
                using var command = new NpgsqlCommand("SELECT version FROM schema_version", connection);
                var version = (long)command.ExecuteScalar()!;
                foreach (var step in SqlSchema.After(version, where))
                    Execute(connection, PostgresWords.Schema(step));
                Execute(connection, $"UPDATE schema_version SET version = {SqlSchema.Version}");
                transaction.Commit();
                return true;
            },
            happened: null);

    public override void Run(string sql, params ReadOnlySpan<object?> values)
    {
        var batch = _batch ?? throw new InvalidOperationException("Rows are changed within a write only.");
        var command = new NpgsqlBatchCommand(Translated(sql));
        Bind(command.Parameters, values);
        batch.BatchCommands.Add(command);
    }

    public override List<T> Rows<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var command = new NpgsqlCommand(Translated(sql));
        Bind(command.Parameters, values);
        return _snapshot is { } snapshot ? ReadFrom(snapshot) : Patiently(ReadFrom, happened: null);

        List<T> ReadFrom(NpgsqlConnection connection)
        {
            command.Connection = connection;
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
                rows.Add(read(reader));
            return rows;
        }
    }

    public override void Each(string sql, Action<DbDataReader> look, params ReadOnlySpan<object?> values)
    {
        var snapshot = _snapshot ?? throw new InvalidOperationException("Many rows are read within a snapshot only.");
        using var command = new NpgsqlCommand(Translated(sql), snapshot) { CommandTimeout = 0 };
        Bind(command.Parameters, values);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            look(reader);
    }

    public override void Write(Action statements, Func<bool> happened)
    {
        using var batch = _batch = new NpgsqlBatch();
        try
        {
            statements();
        }
        finally
        {
            _batch = null;
        }

        Patiently(
            connection =>
            {
                batch.Connection = connection;
                return batch.ExecuteNonQuery();
            },
            happened);
    }

    public override T Snapshot<T>(Func<T> read) =>
        Patiently(
            connection =>
            {
                using var transaction = connection.BeginTransaction(IsolationLevel.RepeatableRead);
                _snapshot = connection;
                try
                {
                    return read();
                }
                finally
                {
                    _snapshot = null;
                }
            },
            happened: null);

    public override void Dispose()
    {
        _connection?.Dispose();
        source.Dispose();
    }

    private static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }

    private static void Bind(NpgsqlParameterCollection parameters, ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
            parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
    }

    // A server that restarts, or a link that is cut: what was asked is asked again, unless it happened after all.
    private T Patiently<T>(Func<NpgsqlConnection, T> action, Func<bool>? happened)
    {
        var began = time.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(50);
        while (true)
        {
            try
            {
                return action(_connection ??= source.OpenConnection());
            }
            catch (NpgsqlException e) when (IsAway(e) && time.GetElapsedTime(began) < patience)
            {
                _connection?.Dispose();
                _connection = null;
                NpgsqlConnection.ClearPool(source.CreateConnection());
            }

            Task.Delay(pause, time).GetAwaiter().GetResult();
            pause = pause * 2 < _longestPause ? pause * 2 : _longestPause;
            if (happened?.Invoke() == true)
                return default!;
        }
    }

    // 57P: the server shuts down or starts; 08: the connection; 53300: too many of them.
    private static bool IsAway(NpgsqlException error) =>
        error is not PostgresException { SqlState: var state }
        || state.StartsWith("57P", StringComparison.Ordinal)
        || state.StartsWith("08", StringComparison.Ordinal)
        || state == PostgresErrorCodes.TooManyConnections;

    private string Translated(string sql)
    {
        if (!_translated.TryGetValue(sql, out var translated))
            _translated.Add(sql, translated = PostgresWords.Statement(sql));
        return translated;
    }
}
