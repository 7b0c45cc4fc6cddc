using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>Writes changes as rows, one transaction a call.</summary>
internal sealed class SqliteChangeWriter : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteStatement> _statements = [];
    private readonly Dictionary<string, Cursor> _cursors = [];

    public SqliteChangeWriter(SqliteConnection connection) => _connection = connection;

    public void Create(StudyDefinition definition, DateTimeOffset now) =>
        Run(
            """
            INSERT INTO studies (name, state, metric, direction, sampler, pruner, seed, trials, source, define_by_run,
                fingerprint, created_at, changed_at)
            VALUES ($0, 'Running', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
            """,
            definition.Name,
            definition.Metric,
            definition.Direction.ToString(),
            definition.Sampler,
            definition.Pruner,
            definition.Seed.ToString(CultureInfo.InvariantCulture),
            definition.Trials,
            definition.Source,
            definition.DefineByRun,
            definition.Fingerprint,
            Time(now)
        );

    public void Commit(string study, IReadOnlyList<StoreChange> changes, DateTimeOffset now)
    {
        var cursor = CursorOf(study);
        var sequence = cursor.Sequence;
        var time = Time(now);
        Run("BEGIN IMMEDIATE");
        try
        {
            foreach (var change in changes)
                Write(cursor, change, time);
            Run("COMMIT");
        }
        catch
        {
            cursor.Sequence = sequence;
            RollBack();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var statement in _statements.Values)
            statement.Dispose();
    }

    private void RollBack()
    {
        try
        {
            Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // A full disk may have rolled back by itself; the first error is the one to tell.
        }
    }

    private void Write(Cursor study, StoreChange change, string now)
    {
        switch (change)
        {
            case EventLogged logged:
                WriteEvent(study, logged, now);
                break;
            case TaskChanged { Task: var task }:
                Run(
                    "INSERT INTO tasks (study, key, kind, trial, state) VALUES ($0, $1, $2, $3, $4) "
                        + "ON CONFLICT (study, key) DO UPDATE SET state = $4",
                    study.Id,
                    task.Key,
                    task.Kind,
                    task.Trial,
                    task.State
                );
                break;
            case AttemptStarted started:
                Run(
                    "INSERT INTO attempts (study, task, number, trial, worker, ranks, state, started_at) "
                        + "VALUES ($0, $1, $2, $3, $4, $5, 'Running', $6)",
                    study.Id,
                    started.TaskKey,
                    started.Number,
                    started.Trial,
                    started.Worker,
                    started.Ranks,
                    now
                );
                break;
            case AttemptEnded ended:
                Run(
                    "UPDATE attempts SET state = $3, reason = $4, ended_at = $5 WHERE study = $0 AND task = $1 AND "
                    + "number = $2",
                    study.Id,
                    ended.TaskKey,
                    ended.Number,
                    ended.State.ToString(),
                    ended.Reason,
                    now
                );
                break;
            case CheckpointSaved { Checkpoint: var checkpoint }:
                Run(
                    "INSERT INTO checkpoints (study, task, step, path) VALUES ($0, $1, $2, $3) "
                        + "ON CONFLICT (study, task) DO UPDATE SET step = $2, path = $3",
                    study.Id,
                    checkpoint.TaskKey,
                    checkpoint.Step,
                    checkpoint.Path
                );
                break;
            case StudyStateChanged changed:
                WriteState(study, changed, now);
                break;
            default:
                throw new UnreachableException($"Unhandled change {change.GetType().Name}.");
        }
    }

    private void WriteEvent(Cursor study, EventLogged logged, string now)
    {
        var sequence = study.Sequence++;
        switch (logged.Event)
        {
            case TrialAsked asked:
                Run(
                    "INSERT INTO trials (study, number, given, state, asked_sequence, asked_at) VALUES ($0, $1, "
                    + "$2, 'Running', $3, $4)",
                    study.Id,
                    asked.Number,
                    asked.Given,
                    sequence,
                    now
                );
                var position = 0;
                foreach (var (name, value) in asked.Configuration)
                    WriteAsked(study, asked.Number, position++, name, value.Encode());
                break;
            case ParameterSuggested suggested:
                Run(
                    "INSERT INTO parameters (study, trial, position, name, value, declaration, sequence, at) "
                        + "VALUES ($0, $1, $2, $3, $4, $5, $6, $7) "
                        + "ON CONFLICT (study, trial, name) DO UPDATE SET value = $4, declaration = $5, sequence = "
                        + "$6, at = $7",
                    study.Id,
                    suggested.Number,
                    sequence,
                    suggested.Parameter.Name,
                    suggested.Value.Encode(),
                    ParameterText.Write(suggested.Parameter),
                    sequence,
                    now
                );
                break;
            case StepReported reported:
                Run(
                    "INSERT INTO intermediate_values (study, trial, step, value, train_loss, val_loss, "
                    + "val_accuracy, sequence, at) "
                        + "VALUES ($0, $1, $2, $3, $4, $5, $6, $7, $8)",
                    study.Id,
                    reported.Number,
                    reported.Step,
                    reported.Value,
                    logged.Metrics?.TrainLoss,
                    logged.Metrics?.ValidationLoss,
                    logged.Metrics?.ValidationAccuracy,
                    sequence,
                    now
                );
                break;
            case TrialPaused paused:
                WritePause(study, sequence, paused.Number, paused.Step, "Paused", now);
                break;
            case TrialResumed resumed:
                WritePause(study, sequence, resumed.Number, null, "Running", now);
                break;
            case TrialTold told:
                Run(
                    "UPDATE trials SET state = $2, value = $3, reason = $4, told_sequence = $5, told_at = $6 "
                        + "WHERE study = $0 AND number = $1",
                    study.Id,
                    told.Number,
                    told.State.ToString(),
                    told.Value,
                    told.Reason,
                    sequence,
                    now
                );
                break;
            default:
                throw new UnreachableException($"Unhandled event {logged.Event.GetType().Name}.");
        }
    }

    private void WriteState(Cursor study, StudyStateChanged changed, string now)
    {
        Run(
            "UPDATE studies SET state = $1, reason = $2, changed_at = $3 WHERE id = $0",
            study.Id,
            changed.State.ToString(),
            changed.Reason,
            now
        );

        // A trial without a process behind it is not shown as running: it waits for the study to go on.
        var (from, to) = changed.State == StudyState.Running ? ("Waiting", "Running") : ("Running", "Waiting");
        Run("UPDATE trials SET state = $2 WHERE study = $0 AND state = $1", study.Id, from, to);
    }

    // In a define-by-run study the values that a trial is asked with are a proposal: they count once the trial wants
    // them.
    private void WriteAsked(Cursor study, int trial, int position, string name, string value) =>
        Run(
            "INSERT INTO parameters (study, trial, position, name, value, asked_value) VALUES ($0, $1, $2, $3, $4, $5)",
            study.Id,
            trial,
            position,
            name,
            study.DefineByRun ? null : value,
            value
        );

    private void WritePause(Cursor study, long sequence, int trial, int? step, string state, string now)
    {
        Run(
            "INSERT INTO pauses (study, sequence, trial, step, at) VALUES ($0, $1, $2, $3, $4)",
            study.Id,
            sequence,
            trial,
            step,
            now
        );
        Run("UPDATE trials SET state = $2 WHERE study = $0 AND number = $1", study.Id, trial, state);
    }

    private Cursor CursorOf(string study)
    {
        if (_cursors.TryGetValue(study, out var cursor))
            return cursor;
        using var reader = Statement(
                """
                SELECT id, define_by_run, 1 + MAX(
                    COALESCE((SELECT MAX(asked_sequence) FROM trials WHERE study = id), -1),
                    COALESCE((SELECT MAX(told_sequence) FROM trials WHERE study = id), -1),
                    COALESCE((SELECT MAX(sequence) FROM intermediate_values WHERE study = id), -1),
                    COALESCE((SELECT MAX(sequence) FROM parameters WHERE study = id), -1),
                    COALESCE((SELECT MAX(sequence) FROM pauses WHERE study = id), -1))
                FROM studies WHERE name = $0
                """
            )
            .Query(study);
        if (!reader.Read())
            throw new StoreException($"No study named '{study}' is in this store; create it first.");
        return _cursors[study] = new Cursor(reader.GetInt64(0), reader.GetBoolean(1)) { Sequence = reader.GetInt64(2) };
    }

    private void Run(string sql, params ReadOnlySpan<object?> values) => Statement(sql).Execute(values);

    private SqliteStatement Statement(string sql)
    {
        if (!_statements.TryGetValue(sql, out var statement))
            _statements.Add(sql, statement = new SqliteStatement(_connection, sql));
        return statement;
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);

    private sealed class Cursor(long id, bool defineByRun)
    {
        public long Id { get; } = id;

        public bool DefineByRun { get; } = defineByRun;

        /// <summary>Place in the study's log of the event to be written next.</summary>
        public long Sequence { get; set; }
    }
}
