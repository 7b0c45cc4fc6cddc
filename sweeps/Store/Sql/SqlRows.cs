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

        // Every time is written in one form, which is read in a tenth of the time that any form takes.
        public DateTimeOffset Time(int column)
        {
            const DateTimeStyles Style = DateTimeStyles.AssumeUniversal;
            var (text, culture) = (row.GetString(column), CultureInfo.InvariantCulture);
            return DateTimeOffset.TryParseExact(text, "O", culture, Style, out var time)
                ? time
                : DateTimeOffset.Parse(text, culture, Style);
        }
    }
}
