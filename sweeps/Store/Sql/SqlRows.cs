using System.Data.Common;
using System.Globalization;

namespace TuneGraph;

/// <summary>Reads columns that may be null, or that no database has a type of its own for.</summary>
internal static class SqlRows
{
    extension(DbDataReader row)
    {
        public string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        public int? Int(int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

        public double? Real(int column) => row.IsDBNull(column) ? null : row.GetDouble(column);

        public bool Flag(int column) => row.GetInt64(column) != 0;

        public DateTimeOffset Time(int column) =>
            DateTimeOffset.Parse(row.GetString(column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }
}
