using Microsoft.Data.Sqlite;

namespace TuneGraph;

/// <summary>The statements of a connection, each prepared at its first use.</summary>
internal sealed class SqliteStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteStatement> _statements = [];

    public SqliteStatement this[string sql]
    {
        get
        {
            if (!_statements.TryGetValue(sql, out var statement))
                _statements.Add(sql, statement = new SqliteStatement(connection, sql));
            return statement;
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
    }
}
