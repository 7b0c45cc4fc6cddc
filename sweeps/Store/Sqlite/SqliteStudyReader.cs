using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Data.Sqlite;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>Reads a study back from its rows; the log's order is that of the sequence numbers.</summary>
internal static class SqliteStudyReader
{
    public static IReadOnlyList<string> Names(SqliteConnection connection) =>
        Rows(connection, "SELECT name FROM studies ORDER BY id", null, row => row.GetString(0));

    public static StoredStudy? Load(SqliteConnection connection, string name)
    {
        using var snapshot = connection.BeginTransaction(deferred: true);
        var studies = Rows(
            connection,
            """
            SELECT id, name, metric, direction, sampler, pruner, seed, trials, source, fingerprint,
                   state, reason, created_at, changed_at, define_by_run
            FROM studies WHERE name = $0
            """,
            name,
            row => (Id: row.GetInt64(0), Study: ReadStudy(row))
        );
        if (studies is not [var (id, study)])
            return null;
        return study with
        {
            Log = ReadLog(connection, id),
            Tasks =
            [
                .. Rows(
                    connection,
                    "SELECT key, kind, trial, state FROM tasks WHERE study = $0 ORDER BY rowid",
                    id,
                    row => new StoredTask(row.GetString(0), row.GetString(1), Int(row, 2), row.GetString(3))
                ),
            ],
            Attempts =
            [
                .. Rows(
                    connection,
                    "SELECT task, number, trial, worker, ranks, state, reason, started_at, ended_at FROM attempts "
                    + "WHERE study = $0 ORDER BY rowid",
                    id,
                    ReadAttempt
                ),
            ],
            Checkpoints =
            [
                .. Rows(
                    connection,
                    "SELECT task, step, path FROM checkpoints WHERE study = $0 ORDER BY rowid",
                    id,
                    row => new StoredCheckpoint(row.GetString(0), row.GetInt32(1), row.GetString(2))
                ),
            ],
        };
    }

    private static StoredStudy ReadStudy(SqliteDataReader row) =>
        new()
        {
            Definition = new StudyDefinition(
                row.GetString(1),
                row.GetString(2),
                Enum.Parse<Direction>(row.GetString(3)),
                row.GetString(4),
                row.GetString(5),
                ulong.Parse(row.GetString(6), CultureInfo.InvariantCulture),
                row.GetInt32(7),
                row.GetString(8),
                row.GetBoolean(14),
                row.GetString(9)
            ),
            State = Enum.Parse<StudyState>(row.GetString(10)),
            Reason = Text(row, 11),
            CreatedAt = Time(row, 12),
            ChangedAt = Time(row, 13),
            Log = [],
            Tasks = [],
            Attempts = [],
            Checkpoints = [],
        };

    private static StoredAttempt ReadAttempt(SqliteDataReader row) =>
        new(
            row.GetString(0),
            row.GetInt32(1),
            Int(row, 2),
            row.GetString(3),
            row.GetInt32(4),
            Enum.Parse<AttemptState>(row.GetString(5)),
            Text(row, 6),
            Time(row, 7),
            row.IsDBNull(8) ? null : Time(row, 8)
        );

    private static ImmutableArray<LoggedEvent> ReadLog(SqliteConnection connection, long study)
    {
        var given = Rows(
                connection,
                "SELECT trial, name, asked_value FROM parameters WHERE study = $0 AND asked_value IS NOT NULL "
                + "ORDER BY trial, position",
                study,
                row => (Trial: row.GetInt32(0), Name: row.GetString(1), Value: ParameterValue.Decode(row.GetString(2)))
            )
            .ToLookup(row => row.Trial);
        var events = new List<(long Sequence, LoggedEvent Event)>();
        events.AddRange(
            Rows(
                connection,
                "SELECT asked_sequence, asked_at, number, given FROM trials WHERE study = $0",
                study,
                row =>
                {
                    var configuration = given[row.GetInt32(2)]
                        .Aggregate(Configuration.Empty, (all, next) => all.With(next.Name, next.Value));
                    return (
                        row.GetInt64(0),
                        new LoggedEvent(
                            Time(row, 1),
                            new TrialAsked(row.GetInt32(2), configuration, row.GetBoolean(3)),
                            null
                        )
                    );
                }
            )
        );
        events.AddRange(
            Rows(
                connection,
                "SELECT sequence, at, trial, declaration, value FROM parameters WHERE study = $0 AND sequence IS "
                + "NOT NULL",
                study,
                row =>
                    (
                        row.GetInt64(0),
                        new LoggedEvent(
                            Time(row, 1),
                            new ParameterSuggested(
                                row.GetInt32(2),
                                ParameterText.Read(row.GetString(3)),
                                ParameterValue.Decode(row.GetString(4))
                            ),
                            null
                        )
                    )
            )
        );
        events.AddRange(
            Rows(
                connection,
                "SELECT sequence, at, trial, step, value, train_loss, val_loss, val_accuracy FROM "
                + "intermediate_values WHERE study = $0",
                study,
                row =>
                    (
                        row.GetInt64(0),
                        new LoggedEvent(
                            Time(row, 1),
                            new StepReported(row.GetInt32(2), row.GetInt32(3), row.GetDouble(4)),
                            ReadMetrics(row)
                        )
                    )
            )
        );
        events.AddRange(
            Rows(
                connection,
                "SELECT sequence, at, trial, step FROM pauses WHERE study = $0",
                study,
                row =>
                    (
                        row.GetInt64(0),
                        new LoggedEvent(
                            Time(row, 1),
                            Int(row, 3) is { } step
                                ? new TrialPaused(row.GetInt32(2), step)
                                : new TrialResumed(row.GetInt32(2)),
                            null
                        )
                    )
            )
        );
        events.AddRange(
            Rows(
                connection,
                "SELECT told_sequence, told_at, number, state, value, reason FROM trials WHERE study = $0 AND "
                + "told_sequence IS NOT NULL",
                study,
                row =>
                    (
                        row.GetInt64(0),
                        new LoggedEvent(
                            Time(row, 1),
                            new TrialTold(
                                row.GetInt32(2),
                                Enum.Parse<TrialState>(row.GetString(3)),
                                Real(row, 4),
                                Text(row, 5)
                            ),
                            null
                        )
                    )
            )
        );
        return [.. events.OrderBy(item => item.Sequence).Select(item => item.Event)];
    }

    private static StepMetrics? ReadMetrics(SqliteDataReader row)
    {
        var metrics = new StepMetrics(Real(row, 5), Real(row, 6), Real(row, 7));
        return metrics == new StepMetrics() ? null : metrics;
    }

    private static List<T> Rows<T>(
        SqliteConnection connection,
        string sql,
        object? argument,
        Func<SqliteDataReader, T> read
    )
    {
        using var statement = new SqliteStatement(connection, sql);
        using var reader = argument is null ? statement.Query() : statement.Query(argument);
        var rows = new List<T>();
        while (reader.Read())
            rows.Add(read(reader));
        return rows;
    }

    private static string? Text(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetString(column);

    private static int? Int(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt32(column);

    private static double? Real(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetDouble(column);

    private static DateTimeOffset Time(SqliteDataReader row, int column) =>
        DateTimeOffset.Parse(row.GetString(column), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
