using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace TuneGraph;

/// <summary>Writes changes as rows, one transaction a call.</summary>
internal sealed class SqliteChangeWriter : IDisposable
{
    private readonly SqliteStatements _statements;
    private readonly SqliteEventWriter _events;
    private readonly Dictionary<string, SqliteCursor> _cursors = [];

    public SqliteChangeWriter(SqliteConnection connection)
    {
        _statements = new SqliteStatements(connection);
        _events = new SqliteEventWriter(_statements);
    }

    public void Create(StudyDefinition definition, DateTimeOffset now) =>
        _statements.Run(
            """
            INSERT INTO studies (name, state, metric, direction, sampler, pruner, seed, trials, source, define_by_run,
                fingerprint, created_at, changed_at, more_objectives)
            VALUES ($0, 'Running', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11)
            """,
            definition.Name, definition.Metric, definition.Direction.ToString(), definition.Sampler, definition.Pruner,
            definition.Seed.ToString(CultureInfo.InvariantCulture), definition.Trials, definition.Source,
            definition.DefineByRun, definition.Fingerprint, Text(now),
            string.Join('\n', definition.MoreObjectives.Select(more => $"{more.Direction} {more.Metric}")));

    public void Commit(string study, IReadOnlyList<StoreChange> changes, DateTimeOffset now)
    {
        var cursor = CursorOf(study);
        var sequence = cursor.Sequence;
        var time = Text(now);
        _statements.Run("BEGIN IMMEDIATE");
        try
        {
            foreach (var change in changes)
                Write(cursor, change, time);
            _statements.Run("COMMIT");
        }
        catch
        {
            cursor.Sequence = sequence;
            RollBack();
            throw;
        }
    }

    public void Dispose() => _statements.Dispose();

    private void RollBack()
    {
        try
        {
            _statements.Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // A full disk may have rolled back by itself; the first error is the one to tell.
        }
    }

    private void Write(SqliteCursor study, StoreChange change, string now)
    {
        switch (change)
        {
            case EventLogged logged:
                _events.Write(study, logged, now);
                break;
            case TaskChanged { Task: var task }:
                WriteTask(study, task);
                break;
            case AttemptStarted started:
                WriteStart(study, started, now);
                break;
            case AttemptEnded ended:
                WriteEnd(study, ended, now);
                break;
            case CheckpointSaved { Checkpoint: var checkpoint }:
                WriteCheckpoint(study, checkpoint);
                break;
            case StudyStateChanged changed:
                WriteState(study, changed, now);
                break;
            default:
                throw new UnreachableException($"Unhandled change {change.GetType().Name}.");
        }
    }

    private void WriteTask(SqliteCursor study, StoredTask task) =>
        _statements.Run(
            """
            INSERT INTO tasks (study, key, kind, trial, state) VALUES ($0, $1, $2, $3, $4)
            ON CONFLICT (study, key) DO UPDATE SET state = $4
            """,
            study.Id, task.Key, task.Kind, task.Trial, task.State);

    private void WriteStart(SqliteCursor study, AttemptStarted started, string now) =>
        _statements.Run(
            """
            INSERT INTO attempts (study, task, number, trial, worker, ranks, state, started_at)
            VALUES ($0, $1, $2, $3, $4, $5, 'Running', $6)
            """,
            study.Id, started.TaskKey, started.Number, started.Trial, started.Worker, started.Ranks, now);

    private void WriteEnd(SqliteCursor study, AttemptEnded ended, string now) =>
        _statements.Run(
            """
            UPDATE attempts SET state = $3, reason = $4, ended_at = $5
            WHERE study = $0 AND task = $1 AND number = $2
            """,
            study.Id, ended.TaskKey, ended.Number, ended.State.ToString(), ended.Reason, now);

    private void WriteCheckpoint(SqliteCursor study, StoredCheckpoint checkpoint) =>
        _statements.Run(
            """
            INSERT INTO checkpoints (study, task, step, path) VALUES ($0, $1, $2, $3)
            ON CONFLICT (study, task) DO UPDATE SET step = $2, path = $3
            """,
            study.Id, checkpoint.TaskKey, checkpoint.Step, checkpoint.Path);

    private void WriteState(SqliteCursor study, StudyStateChanged changed, string now)
    {
        _statements.Run(
            "UPDATE studies SET state = $1, reason = $2, changed_at = $3 WHERE id = $0",
            study.Id, changed.State.ToString(), changed.Reason, now);

        // A trial without a process behind it is not shown as running: it waits for the study to go on.
        var (from, to) = changed.State == StudyState.Running ? ("Waiting", "Running") : ("Running", "Waiting");
        _statements.Run("UPDATE trials SET state = $2 WHERE study = $0 AND state = $1", study.Id, from, to);
    }

    private SqliteCursor CursorOf(string study)
    {
        if (!_cursors.TryGetValue(study, out var cursor))
            _cursors.Add(study, cursor = SqliteCursor.Find(_statements, study));
        return cursor;
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
