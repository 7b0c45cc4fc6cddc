using System.Collections.Immutable;
using Microsoft.Data.Sqlite;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// Puts a study's log together from the tables that its events went to, in the order of their sequence numbers.
/// </summary>
internal sealed class SqliteLogReader(SqliteConnection connection, long study)
{
    public ImmutableArray<LoggedEvent> Read() =>
        [
            .. Asked()
                .Concat(Imported())
                .Concat(Suggested())
                .Concat(Reported())
                .Concat(Paused())
                .Concat(Told())
                .OrderBy(placed => placed.Sequence)
                .Select(placed => placed.Event),
        ];

    private List<Placed> Asked()
    {
        var given = SqliteRows
            .Of(
                connection,
                """
                SELECT trial, name, asked_value FROM parameters
                WHERE study = $0 AND asked_value IS NOT NULL ORDER BY trial, position
                """,
                row => (Trial: row.GetInt32(0), Name: row.GetString(1), Value: ParameterValue.Decode(row.GetString(2))),
                study
            )
            .ToLookup(row => row.Trial, row => KeyValuePair.Create(row.Name, row.Value));
        return Rows(
            """
            SELECT asked_sequence, asked_at, number, given, origins.donor, origins.step, why
            FROM trials LEFT JOIN origins ON origins.study = trials.study AND origins.trial = trials.number
            WHERE trials.study = $0
            """,
            row => new TrialAsked(
                row.GetInt32(2),
                new Configuration(given[row.GetInt32(2)]),
                row.GetBoolean(3),
                row.Int(4) is { } donor ? new TrialOrigin(donor, row.GetInt32(5)) : null
            )
            {
                Why = row.Text(6),
            }
        );
    }

    private List<Placed> Imported() =>
        Rows(
            """SELECT sequence, at, number, source, parameters, "values" FROM imports WHERE study = $0""",
            row => new TrialImported(
                row.GetInt32(2),
                row.GetString(3),
                ImportedText.ReadConfiguration(row.GetString(4)),
                ImportedText.ReadValues(row.GetString(5))
            )
        );

    private List<Placed> Suggested() =>
        Rows(
            "SELECT sequence, at, trial, declaration, value FROM parameters WHERE study = $0 AND sequence IS NOT NULL",
            row => new ParameterSuggested(
                row.GetInt32(2),
                ParameterText.Read(row.GetString(3)),
                ParameterValue.Decode(row.GetString(4))
            )
        );

    private List<Placed> Reported()
    {
        var more = Numbers(
            """
            SELECT value, trial, step FROM more_intermediate_values
            WHERE study = $0 ORDER BY trial, step, objective
            """,
            row => (row.GetInt32(1), row.GetInt32(2))
        );
        return Rows(
            """
            SELECT sequence, at, trial, step, value, train_loss, val_loss, val_accuracy, parameters
            FROM intermediate_values WHERE study = $0
            """,
            row => new StepReported(
                row.GetInt32(2),
                row.GetInt32(3),
                [row.GetDouble(4), .. more[(row.GetInt32(2), row.GetInt32(3))]]
            ),
            row => new StepMetrics(row.Real(5), row.Real(6), row.Real(7), row.Real(8))
        );
    }

    private List<Placed> Paused() =>
        Rows(
            "SELECT sequence, at, trial, step FROM pauses WHERE study = $0",
            row => row.Int(3) is { } step ? new TrialPaused(row.GetInt32(2), step) : new TrialResumed(row.GetInt32(2))
        );

    private List<Placed> Told()
    {
        var more = Numbers(
            "SELECT value, trial FROM more_values WHERE study = $0 ORDER BY trial, objective",
            row => row.GetInt32(1)
        );
        var constraints = Numbers(
            "SELECT value, trial FROM constraint_values WHERE study = $0 ORDER BY trial, position",
            row => row.GetInt32(1)
        );
        return Rows(
            """
            SELECT told_sequence, told_at, number, state, value, reason, cost
            FROM trials WHERE study = $0 AND told_sequence IS NOT NULL
            """,
            row => new TrialTold(
                row.GetInt32(2),
                Enum.Parse<TrialState>(row.GetString(3)),
                row.Real(4) is { } first ? [first, .. more[row.GetInt32(2)]] : default(ValueList),
                row.Text(5),
                [.. constraints[row.GetInt32(2)]]
            )
            {
                Cost = row.Real(6),
            }
        );
    }

    /// <summary>The numbers of a table's first column by their place.</summary>
    private ILookup<T, double> Numbers<T>(string sql, Func<SqliteDataReader, T> place) =>
        SqliteRows
            .Of(connection, sql, row => (Place: place(row), Value: row.GetDouble(0)), study)
            .ToLookup(row => row.Place, row => row.Value);

    private List<Placed> Rows(
        string sql,
        Func<SqliteDataReader, StudyEvent> read,
        Func<SqliteDataReader, StepMetrics>? measure = null
    ) =>
        SqliteRows.Of(
            connection,
            sql,
            row =>
            {
                var metrics = measure?.Invoke(row);
                var kept = metrics == new StepMetrics() ? null : metrics;
                return new Placed(row.GetInt64(0), new LoggedEvent(row.Time(1), read(row), kept));
            },
            study
        );

    /// <summary>An event and its place in the log.</summary>
    private readonly record struct Placed(long Sequence, LoggedEvent Event);
}
