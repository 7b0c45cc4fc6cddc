using System.Data.Common;
using Npgsql;

namespace TuneGraph;

/// <summary>
/// The right to lead all schedulers of one database, held by one of them at a time, for a term by the database's own
/// clock. It decides who is asked; what may be written is decided by the claims on the studies, so a leader that has
/// been replaced without knowing it does no harm. Used by one thread at a time.
/// </summary>
internal sealed class PostgresLeadership : IDisposable
{
    private const string Now = "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";

    private readonly NpgsqlDataSource _source;
    private readonly string _owner;
    private readonly TimeSpan _term;
    private long? _token;

    /// <param name="connection">Connection string of the database, whose tables are there.</param>
    /// <param name="owner">Who this is, for people.</param>
    /// <param name="term">How long the leadership holds unless it is renewed.</param>
    public PostgresLeadership(string connection, string owner, TimeSpan term)
    {
        (_owner, _term) = (owner, term);
        var settings = PostgresStudyStore.Settings(connection, term / 3);
        settings.CommandTimeout = Math.Max(1, (int)(term / 3).TotalSeconds);
        settings.MaxPoolSize = 2;
        _source = NpgsqlDataSource.Create(settings);
    }

    /// <summary>Number of this leadership, larger than of all before; null while another one leads.</summary>
    public long? Token => _token;

    /// <summary>Tries to lead.</summary>
    /// <returns>Whether this one leads now; if not, who does, for people.</returns>
    public (bool Leads, string Leader) TryTake()
    {
        try
        {
            _token = Ask(
                $"""
                INSERT INTO leaders (name, token, owner, until) VALUES ('scheduler', 1, $1, {Now} + $2)
                ON CONFLICT (name) DO UPDATE SET token = leaders.token + 1, owner = $1, until = {Now} + $2
                WHERE leaders.until <= {Now} RETURNING token
                """,
                _owner,
                (long)_term.TotalMilliseconds) as long?;
            return _token is not null
                ? (true, _owner)
                : (false, Ask("SELECT owner FROM leaders WHERE name = 'scheduler'") as string ?? "another one");
        }
        catch (DbException e)
        {
            return (false, $"nobody: {e.Message}");
        }
    }

    /// <summary>Leads for a term more.</summary>
    /// <returns>
    /// False when another one leads. While the database is away nobody can, so this one still does.
    /// </returns>
    public bool Renew() => Extend(_term);

    /// <summary>Lets the next one lead at once.</summary>
    public void Release()
    {
        Extend(TimeSpan.Zero);
        _token = null;
    }

    public void Dispose() => _source.Dispose();

    private bool Extend(TimeSpan term)
    {
        if (_token is not { } token)
            return false;
        try
        {
            return Ask(
                $"UPDATE leaders SET until = {Now} + $2 WHERE name = 'scheduler' AND token = $1 RETURNING token",
                token,
                (long)term.TotalMilliseconds) is not null;
        }
        catch (DbException)
        {
            return true;
        }
    }

    private object? Ask(string sql, params ReadOnlySpan<object> values)
    {
        using var command = _source.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command.ExecuteScalar();
    }
}
