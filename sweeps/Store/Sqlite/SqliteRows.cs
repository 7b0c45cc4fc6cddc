using System.Globalization;
using Microsoft.Data.Sqlite;

namespace TuneGraph;

/// <summary>Reads rows, and columns that may be null.</summary>
internal static class SqliteRows
{
    public static List<T> Of<T>(
        SqliteConnection connection, string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> arguments)
    {
        using var statement = new SqliteStatement(connection, sql);
        using var reader = statement.Query(arguments);
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    extension(SqliteDataReader row)
    {
        public string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        public int? Int(int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

        public double? Real(int column) => row.IsDBNull(column) ? null : row.GetDouble(column);

        public DateTimeOffset Time(int column) =>
            DateTimeOffset.Parse(row.GetString(column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }
}
