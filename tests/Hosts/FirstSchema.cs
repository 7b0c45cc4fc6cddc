using Microsoft.Data.Sqlite;
using Npgsql;

namespace TuneGraph.Tests.Hosts;

/// <summary>Puts studies back into the tables of the first version, as if that had written them.</summary>
internal static class FirstSchema
{
    /// <summary>A study's file; nobody may have it open.</summary>
    public static async Task PutAsync(string file, CancellationToken cancellationToken)
    {
        var first = file + ".first";
        await using (var connection = new SqliteConnection($"Data Source={first};Pooling=False"))
        {
            await connection.OpenAsync(cancellationToken);
            await RunAsync(connection, SqlSchema.After(0, first)[0], cancellationToken);
            await RunAsync(connection, $"PRAGMA user_version = 1; ATTACH '{file}' AS newer", cancellationToken);
            foreach (var table in await NamesAsync(
                connection, "SELECT name FROM main.sqlite_master WHERE type = 'table'", cancellationToken))
            {
                var columns = string.Join(", ", await NamesAsync(
                    connection, $"SELECT name FROM pragma_table_info('{table}', 'main')", cancellationToken));
                await RunAsync(
                    connection,
                    $"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}",
                    cancellationToken);
            }
        }

        foreach (var old in new[] { file, file + "-wal", file + "-shm" })
            File.Delete(old);
        File.Move(first, file);
    }

    /// <summary>All studies of a database; nobody may use it.</summary>
    public static async Task PutDatabaseAsync(string connection, CancellationToken cancellationToken)
    {
        await using var open = new NpgsqlConnection(connection);
        await open.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            DROP SCHEMA IF EXISTS hangfire CASCADE;
            ALTER SCHEMA tunegraph RENAME TO newer;
            CREATE SCHEMA tunegraph;
            SET search_path TO tunegraph;
            CREATE TABLE schema_version (version BIGINT NOT NULL);
            {PostgresWords.Schema(SqlSchema.After(0, "")[0])}
            DO $$
            DECLARE one record;
            BEGIN
                FOR one IN
                    SELECT c.table_name AS name, string_agg(quote_ident(c.column_name), ', ') AS columns
                    FROM information_schema.columns AS c
                    WHERE c.table_schema = 'tunegraph' AND c.column_name <> 'rowid' AND c.table_name <> 'schema_version'
                    GROUP BY c.table_name
                    ORDER BY c.table_name <> 'studies'
                LOOP
                    EXECUTE format('INSERT INTO tunegraph.%I (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM newer.%I',
                        one.name, one.columns, one.columns, one.name);
                END LOOP;
            END $$;
            SELECT setval(pg_get_serial_sequence('studies', 'id'), (SELECT MAX(id) FROM studies));
            INSERT INTO schema_version VALUES (1);
            DROP SCHEMA newer CASCADE;
            """,
            open);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task RunAsync(SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<string>> NamesAsync(
        SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var names = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            names.Add(reader.GetString(0));
        return names;
    }
}
