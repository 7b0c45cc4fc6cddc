using System.Diagnostics;
using System.Globalization;

namespace TuneGraph;

/// <summary>Writes changes as rows, one transaction a call.</summary>
internal sealed class SqlChangeWriter(SqlSession session)
{
    // The database itself refuses a writer that has been overtaken: the column takes no NULL.
    private const string Fence =
        """
        UPDATE studies SET commits = CASE WHEN lease_token = $1 AND commits = $2 THEN commits + 1 END WHERE id = $0
        """;

    private readonly SqlEventWriter _events = new(session);
    private readonly Dictionary<string, SqlCursor> _cursors = [];

    public void Create(StudyDefinition definition, DateTimeOffset now) =>
        session.Write(() => Insert(definition, Text(now)), () => IsMade(definition, Text(now)));

    public void Commit(string study, IReadOnlyList<StoreChange> changes, DateTimeOffset now)
    {
        var cursor = CursorOf(study);
        var sequence = cursor.Sequence;
        var time = Text(now);
        try
        {
            session.Write(
                () =>
                {
                    cursor.Sequence = sequence;
                    session.Run(Fence, cursor.Id, cursor.Token, cursor.Commits);
                    foreach (var change in changes)
                        Write(cursor, change, time);
                },
                () => IsCounted(cursor));
            cursor.Commits++;
        }
        catch
        {
            cursor.Sequence = sequence;
            throw;
        }
    }

    /// <summary>Becomes the study's only writer; null while somebody else is.</summary>
    public StudyClaim? Claim(string study, string owner, TimeSpan term)
    {
        var token = session.Rows(
            $"""
            UPDATE studies SET lease_token = lease_token + 1, lease_owner = $1, lease_until = {session.Now} + $2
            WHERE name = $0 AND lease_until <= {session.Now} RETURNING lease_token
            """,
            row => row.GetInt64(0), study, owner, Milliseconds(term));
        _cursors.Remove(study);
        _ = CursorOf(study);                 // also tells that there is no such study
        return token is [var newest] ? new StudyClaim(study, owner, newest) : null;
    }

    public bool Renew(StudyClaim claim, TimeSpan term) =>
        session.Rows(
            $"""
            UPDATE studies SET lease_until = {session.Now} + $2 WHERE name = $0 AND lease_token = $1
            RETURNING lease_token
            """,
            row => row.GetInt64(0), claim.Study, claim.Token, Milliseconds(term)).Count == 1;

    /// <summary>Not fenced: what people note is nobody's alone to write.</summary>
    public void Annotate(string study, Remark remark, DateTimeOffset now)
    {
        var (id, trial, at) = (SqlCursor.Find(session, study).Id, remark.Trial ?? -1, Text(now));
        if (remark.IsEmpty)
        {
            session.Write(
                () => session.Run("DELETE FROM remarks WHERE study = $0 AND trial = $1", id, trial),
                happened: () => AtOf() is null);
            return;
        }

        session.Write(
            () => session.Run(
                """
                INSERT INTO remarks (study, trial, note, tags, at) VALUES ($0, $1, $2, $3, $4)
                ON CONFLICT (study, trial) DO UPDATE SET note = $2, tags = $3, at = $4
                """,
                id, trial, remark.Note, string.Join('\n', remark.Tags), at),
            happened: () => AtOf() == at);

        string? AtOf() =>
            session.Rows(
                "SELECT at FROM remarks WHERE study = $0 AND trial = $1", row => row.GetString(0), id, trial)
                .FirstOrDefault();
    }

    public string? OwnerOf(string study) =>
        session.Rows("SELECT lease_owner FROM studies WHERE name = $0", row => row.Text(0), study).FirstOrDefault();

    private void Insert(StudyDefinition definition, string now) =>
        session.Run(
            """
            INSERT INTO studies (name, state, metric, direction, sampler, pruner, seed, trials, source, define_by_run,
                fingerprint, created_at, changed_at, more_objectives, parameters)
            VALUES ($0, 'Running', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11, $12)
            """,
            definition.Name, definition.Metric, definition.Direction.ToString(), definition.Sampler, definition.Pruner,
            definition.Seed.ToString(CultureInfo.InvariantCulture), definition.Trials, definition.Source,
            definition.DefineByRun ? 1 : 0, definition.Fingerprint, now,
            string.Join('\n', definition.MoreObjectives.Select(more => $"{more.Direction} {more.Metric}")),
            string.Join('\n', definition.Parameters.Select(ParameterText.Write)));

    private bool IsMade(StudyDefinition definition, string now) =>
        session.Rows(
            "SELECT 1 FROM studies WHERE name = $0 AND fingerprint = $1 AND created_at = $2",
            _ => true, definition.Name, definition.Fingerprint, now).Count == 1;

    private bool IsCounted(SqlCursor cursor) =>
        session.Rows(
            "SELECT commits FROM studies WHERE id = $0 AND lease_token = $1",
            row => row.GetInt64(0), cursor.Id, cursor.Token) is [var commits] && commits == cursor.Commits + 1;

    private void Write(SqlCursor study, StoreChange change, string now)
    {
        switch (change)
        {
            case EventLogged logged:
                _events.Write(study, logged, now);
                break;
            case TaskChanged { Task: var task }:
                WriteTask(study, task);
                break;
            case SegmentShared { Segment: var segment }:
                session.Run(
                    """
                    INSERT INTO shared_segments (study, task, trial, steps, length, source, seconds)
                    VALUES ($0, $1, $2, $3, $4, $5, $6)
                    ON CONFLICT (study, task, trial) DO UPDATE SET steps = $3
                    """,
                    study.Id, segment.TaskKey, segment.Trial, segment.Steps, segment.Length, segment.Study,
                    segment.Seconds);
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
            case LinesPrinted printed:
                SqlPrinted.Write(session, study.Id, printed, now);
                break;
            case CallAnswered answered:
                session.Run(
                    "INSERT INTO answers (study, key, answer, at) VALUES ($0, $1, $2, $3)",
                    study.Id, answered.Key, answered.Answer, now);
                break;
            case AnswersForgotten forgotten:
                session.Run("DELETE FROM answers WHERE study = $0 AND at < $1", study.Id, Text(forgotten.Before));
                break;
            default:
                throw new UnreachableException($"Unhandled change {change.GetType().Name}.");
        }
    }

    private void WriteTask(SqlCursor study, StoredTask task) =>
        session.Run(
            """
            INSERT INTO tasks (study, key, kind, trial, state) VALUES ($0, $1, $2, $3, $4)
            ON CONFLICT (study, key) DO UPDATE SET state = $4
            """,
            study.Id, task.Key, task.Kind, task.Trial, task.State);

    private void WriteStart(SqlCursor study, AttemptStarted started, string now) =>
        session.Run(
            """
            INSERT INTO attempts (study, task, number, trial, worker, ranks, state, started_at)
            VALUES ($0, $1, $2, $3, $4, $5, 'Running', $6)
            """,
            study.Id, started.TaskKey, started.Number, started.Trial, started.Worker, started.Ranks, now);

    private void WriteEnd(SqlCursor study, AttemptEnded ended, string now) =>
        session.Run(
            """
            UPDATE attempts SET state = $3, reason = $4, ended_at = $5
            WHERE study = $0 AND task = $1 AND number = $2
            """,
            study.Id, ended.TaskKey, ended.Number, ended.State.ToString(), ended.Reason, now);

    private void WriteCheckpoint(SqlCursor study, StoredCheckpoint checkpoint) =>
        session.Run(
            """
            INSERT INTO checkpoints (study, task, step, path) VALUES ($0, $1, $2, $3)
            ON CONFLICT (study, task) DO UPDATE SET step = $2, path = $3
            """,
            study.Id, checkpoint.TaskKey, checkpoint.Step, checkpoint.Path);

    private void WriteState(SqlCursor study, StudyStateChanged changed, string now)
    {
        session.Run(
            "UPDATE studies SET state = $1, reason = $2, changed_at = $3 WHERE id = $0",
            study.Id, changed.State.ToString(), changed.Reason, now);

        // A trial without a process behind it is not shown as running: it waits for the study to go on.
        var (from, to) = changed.State == StudyState.Running ? ("Waiting", "Running") : ("Running", "Waiting");
        session.Run("UPDATE trials SET state = $2 WHERE study = $0 AND state = $1", study.Id, from, to);
    }

    private SqlCursor CursorOf(string study)
    {
        if (!_cursors.TryGetValue(study, out var cursor))
            _cursors.Add(study, cursor = SqlCursor.Find(session, study));
        return cursor;
    }

    private static long Milliseconds(TimeSpan term) => (long)term.TotalMilliseconds;

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
