using System.Data.Common;
using System.Text.RegularExpressions;
using Npgsql;

namespace TuneGraph;

/// <summary>
/// Keeps studies in a PostgreSQL database, 15 or later, for many processes on many machines. A commit is on the
/// server's disk when <see cref="StudyStore.Commit"/> returns. A server that is away for a while is waited for.
/// </summary>
public sealed partial class PostgresStudyStore : SqlStudyStore
{
    private const string DefaultSchema = "tunegraph";

    /// <summary>How long those wait for a server who only want to look, while somebody waits for them.</summary>
    internal static readonly TimeSpan PatienceOfReaders = TimeSpan.FromSeconds(3);

    private readonly string _where;

    private PostgresStudyStore(PostgresSession session, string where, TimeProvider? time)
        : base(session, time) => _where = where;

    private protected override string Where => _where;

    /// <summary>Opens a database, and makes the tables in it if need be.</summary>
    /// <param name="connection">
    /// An Npgsql connection string, such as <c>Host=db;Username=tunegraph;Database=tunegraph</c>. The tables are in the
    /// schema <c>tunegraph</c> unless it names another one by <c>Search Path</c>. Keep the password out of it: in
    /// <c>PGPASSWORD</c> or a password file.
    /// </param>
    /// <param name="patience">How long to wait for a server that is away; two minutes by default.</param>
    /// <param name="time">Source of the times kept; the system's clock by default.</param>
    /// <exception cref="StoreException">
    /// The server cannot be reached, or a newer version made the tables.
    /// </exception>
    public static PostgresStudyStore Open(string connection, TimeSpan? patience = null, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(connection);
        var settings = Settings(connection, patience);
        var where = $"the database '{settings.Database}' at {settings.Host}:{settings.Port}";
        var session = new PostgresSession(
            NpgsqlDataSource.Create(settings), patience ?? TimeSpan.FromMinutes(2), time ?? TimeProvider.System);
        try
        {
            session.Migrate(where);
            return new PostgresStudyStore(session, where, time);
        }
        catch (DbException e)
        {
            session.Dispose();
            throw new StoreException(
                $"The studies in {where} cannot be opened: {Words(e)} See that the server runs there, that the "
                    + $"connection string is right, and that '{settings.Username}' may make a schema.",
                e);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private protected override bool IsOvertaken(DbException error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.NotNullViolation, ColumnName: "commits" };

    private protected override StoreException Explain(string verb, DbException error) =>
        new(
            $"The studies in {_where} could not be {verb}: {Words(error)} What was kept before is safe; see that the "
                + "server runs and has space, then go on.",
            error);

    /// <summary>Asks the server for a sign of life.</summary>
    /// <returns>What is wrong with it, for people; null when it answers.</returns>
    internal static async Task<string?> TroubleAsync(string connection, CancellationToken cancellationToken)
    {
        var settings = Settings(connection, PatienceOfReaders);
        settings.Pooling = false; // a pooled connection may look alive after the server has gone
        try
        {
            var session = new NpgsqlConnection(settings.ToString());
            await using (session.ConfigureAwait(false))
                await session.OpenAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (DbException e)
        {
            return $"the database '{settings.Database}' at {settings.Host}:{settings.Port} is away: {Words(e)}";
        }
    }

    // The driver says where it could not connect; the reason is in the error behind.
    private static string Words(DbException error) =>
        error.InnerException is { Message: var reason } && !error.Message.Contains(reason, StringComparison.Ordinal)
            ? $"{error.Message}: {reason.TrimEnd('.')}."
            : $"{error.Message.TrimEnd('.')}.";

    /// <summary>How this program connects.</summary>
    /// <param name="connection">What it was told.</param>
    /// <param name="patience">How long it may wait for a server at most; null for the driver's own limit.</param>
    internal static NpgsqlConnectionStringBuilder Settings(string connection, TimeSpan? patience)
    {
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(connection)
            {
                MaxAutoPrepare = 64,
                AutoPrepareMinUsages = 2,
                ApplicationName = "tunegraph",
            };
            settings.SearchPath ??= DefaultSchema;
            if (string.IsNullOrWhiteSpace(settings.Host))
                throw new ArgumentException("It names no host.");
            if (patience is { } limit)
                settings.Timeout = Math.Clamp((int)Math.Ceiling(limit.TotalSeconds), 1, settings.Timeout);
            return Plain().IsMatch(settings.SearchPath)
                ? settings
                : throw new StoreException(
                    $"The schema is '{settings.SearchPath}'; allowed are small letters, digits and _, at most 63.");
        }
        catch (ArgumentException e)
        {
            throw new StoreException(
                $"The connection string of the PostgreSQL store cannot be read: {e.Message} Write it as "
                    + "Host=server;Username=name;Database=name.",
                e);
        }
    }

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
