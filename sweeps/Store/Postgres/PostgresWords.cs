using System.Globalization;
using System.Text.RegularExpressions;

namespace TuneGraph;

/// <summary>Says in PostgreSQL's words what is written in SQLite's.</summary>
internal static partial class PostgresWords
{
    /// <summary>
    /// A step of the schema. Integers have 64 bits and reals are doubles there too; tables that SQLite numbers by
    /// itself, in the order of their rows, get such a column.
    /// </summary>
    public static string Schema(string step) =>
        Table().Replace(step, Numbered)
            .Replace("INTEGER PRIMARY KEY", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", StringComparison.Ordinal)
            .Replace("INTEGER", "BIGINT", StringComparison.Ordinal)
            .Replace("REAL", "DOUBLE PRECISION", StringComparison.Ordinal)
            .Replace(" WITHOUT ROWID", "", StringComparison.Ordinal);

    /// <summary>A statement: parameters count from 1 here.</summary>
    public static string Statement(string sql) =>
        Parameter().Replace(
            sql, place => "$" + (int.Parse(place.ValueSpan[1..], CultureInfo.InvariantCulture) + 1).ToString(
                CultureInfo.InvariantCulture));

    private static string Numbered(Match table) =>
        table.Value.EndsWith("WITHOUT ROWID", StringComparison.Ordinal)
            || table.Value.Contains("INTEGER PRIMARY KEY", StringComparison.Ordinal)
            ? table.Value
            : table.Value[..^1] + ", rowid INTEGER GENERATED ALWAYS AS IDENTITY)";

    [GeneratedRegex(@"CREATE TABLE [^;]*\)( WITHOUT ROWID)?", RegexOptions.CultureInvariant)]
    private static partial Regex Table();

    [GeneratedRegex(@"\$\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Parameter();
}
