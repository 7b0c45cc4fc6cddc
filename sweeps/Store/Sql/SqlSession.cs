using System.Data.Common;

namespace TuneGraph;

/// <summary>
/// A connection to a database that keeps studies. Statements are written in the words that SQLite and PostgreSQL have
/// in common, with parameters <c>$0, $1, …</c>; yes and no are 1 and 0, times are text.
/// </summary>
internal abstract class SqlSession : IDisposable
{
    /// <summary>An expression for the database's own clock, in milliseconds since 1970.</summary>
    public abstract string Now { get; }

    /// <summary>Changes rows; only within <see cref="Write"/>.</summary>
    public abstract void Run(string sql, params ReadOnlySpan<object?> values);

    /// <summary>Reads rows, also those that a change returns; not within <see cref="Write"/>.</summary>
    public abstract List<T> Rows<T>(string sql, Func<DbDataReader, T> read, params ReadOnlySpan<object?> values);

    /// <summary>
    /// Goes through rows that may be too many to be kept; only within <see cref="Snapshot"/>, which begins anew where a
    /// connection breaks.
    /// </summary>
    public abstract void Each(string sql, Action<DbDataReader> look, params ReadOnlySpan<object?> values);

    /// <summary>Does all of the statements, or none.</summary>
    /// <param name="statements">Calls <see cref="Run"/>, any number of times.</param>
    /// <param name="happened">
    /// Asked after a connection broke while the answer was awaited: whether the statements were done.
    /// </param>
    public abstract void Write(Action statements, Func<bool> happened);

    /// <summary>Reads several times, all of it as the database is at one moment.</summary>
    public abstract T Snapshot<T>(Func<T> read);

    /// <inheritdoc/>
    public abstract void Dispose();
}
