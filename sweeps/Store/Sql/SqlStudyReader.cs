using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>Reads a study back from its rows.</summary>
internal static class SqlStudyReader
{
    // Whoever follows a study wants to know what was saved, and no other attempts.
    private const string OfShared = "AND task IN (SELECT task FROM shared_segments WHERE study = $0)";

    public static IReadOnlyList<string> Names(SqlSession session) =>
        session.Rows("SELECT name FROM studies ORDER BY id", row => row.GetString(0));

    public static Dictionary<string, string> Answers(SqlSession session, string name) =>
        session.Rows(
            "SELECT key, answer FROM answers JOIN studies ON studies.id = answers.study WHERE studies.name = $0",
            row => KeyValuePair.Create(row.GetString(0), row.GetString(1)),
            name).ToDictionary();

    public static StoredStudy? Load(SqlSession session, string name, int skip) =>
        // One snapshot: a running study goes on being written while it is read.
        session.Snapshot(() => ReadLog(session, name, skip) is var (id, study) ? ReadTasks(session, id, study) : null);

    public static StoredStudy? Follow(SqlSession session, string name, int skip) =>
        session.Snapshot(() => ReadLog(session, name, skip) is var (id, study)
            ? study with
            {
                Shared = Shared(session, id),
                Attempts = Attempts(session, id, OfShared),
                Remarks = Remarks(session, id),
            }
            : null);

    public static StudyOutline? Outline(SqlSession session, string name) =>
        session.Snapshot(() =>
        {
            if (Find(session, name) is not var (id, study))
                return null;
            var (log, places) = new SqlLogReader(session, id, 0).ReadOutline();
            return new StudyOutline(
                study with
                {
                    Log = log,
                    Shared = Shared(session, id),
                    Attempts = Attempts(session, id, OfShared),
                    Remarks = Remarks(session, id),
                },
                places);
        });

    public static IEnumerable<StudyEvent> Events(SqlSession session, string name) =>
        session.Snapshot(() => Find(session, name) is var (id, _) ? new SqlLogReader(session, id, 0).ReadEvents() : []);

    /// <summary>The steps of some trials; those of all whose times are known when none are named.</summary>
    public static IReadOnlyList<LoggedEvent> Steps(SqlSession session, string name, IReadOnlyCollection<int>? trials) =>
        session.Snapshot<IReadOnlyList<LoggedEvent>>(() =>
        {
            if (Find(session, name) is not var (id, _))
                return [];
            var reader = new SqlLogReader(session, id, 0);
            return trials is null ? reader.ReadTimedSteps() : [.. trials.SelectMany(reader.ReadSteps)];
        });

    private static (long Id, StoredStudy Study)? ReadLog(SqlSession session, string name, int skip) =>
        Find(session, name) is var (id, study)
            ? (id, study with { Log = new SqlLogReader(session, id, skip).Read() })
            : null;

    private static (long Id, StoredStudy Study)? Find(SqlSession session, string name)
    {
        var studies = session.Rows(
            """
            SELECT id, name, metric, direction, sampler, pruner, seed, trials, source, define_by_run, fingerprint,
                   state, reason, created_at, changed_at, more_objectives, parameters, commits
            FROM studies WHERE name = $0
            """,
            row => (Id: row.GetInt64(0), Study: ReadStudy(row)),
            name);
        return studies is [var (id, study)] ? (id, study) : null;
    }

    private static StoredStudy ReadTasks(SqlSession session, long id, StoredStudy study) =>
        study with
        {
            Tasks =
            [
                .. session.Rows(
                    "SELECT key, kind, trial, state FROM tasks WHERE study = $0 ORDER BY rowid",
                    row => new StoredTask(row.GetString(0), row.GetString(1), row.Int(2), row.GetString(3)),
                    id),
            ],
            Attempts = Attempts(session, id, ""),
            Shared = Shared(session, id),
            Remarks = Remarks(session, id),
            Checkpoints = Checkpoints(session, study.Definition.Name),
        };

    public static ImmutableArray<StoredCheckpoint> Checkpoints(SqlSession session, string name) =>
        [
            .. session.Rows(
                """
                SELECT task, step, path FROM checkpoints
                WHERE study = (SELECT id FROM studies WHERE name = $0) ORDER BY rowid
                """,
                row => new StoredCheckpoint(row.GetString(0), row.GetInt32(1), row.GetString(2)),
                name),
        ];

    private static ImmutableArray<StoredAttempt> Attempts(SqlSession session, long id, string which) =>
        [
            .. session.Rows(
                $"""
                SELECT task, number, trial, worker, ranks, state, reason, started_at, ended_at
                FROM attempts WHERE study = $0 {which} ORDER BY rowid
                """,
                ReadAttempt,
                id),
        ];

    private static ImmutableArray<StoredShare> Shared(SqlSession session, long id) =>
        [
            .. session.Rows(
                """
                SELECT task, trial, steps, length, source, seconds
                FROM shared_segments WHERE study = $0 ORDER BY trial, task
                """,
                row => new StoredShare(row.GetString(0), row.GetInt32(1), row.GetInt32(2), row.GetInt32(3))
                {
                    Study = row.Text(4),
                    Seconds = row.Real(5),
                },
                id),
        ];

    private static ImmutableArray<StoredRemark> Remarks(SqlSession session, long id) =>
        [
            .. session.Rows(
                "SELECT trial, note, tags, at FROM remarks WHERE study = $0 ORDER BY trial",
                row => new StoredRemark(
                    row.GetInt32(0) is >= 0 and var trial ? trial : null,
                    row.GetString(1),
                    row.GetString(2) is { Length: > 0 } tags ? [.. tags.Split('\n')] : [],
                    row.Time(3)),
                id),
        ];

    private static StoredStudy ReadStudy(DbDataReader row) => new()
    {
        Definition = new StudyDefinition(
            Name: row.GetString(1),
            Metric: row.GetString(2),
            Direction: Enum.Parse<Direction>(row.GetString(3)),
            Sampler: row.GetString(4),
            Pruner: row.GetString(5),
            Seed: ulong.Parse(row.GetString(6), CultureInfo.InvariantCulture),
            Trials: row.GetInt32(7),
            Source: row.GetString(8),
            DefineByRun: row.Flag(9),
            Fingerprint: row.GetString(10))
        {
            MoreObjectives = row.GetString(15) is { Length: > 0 } lines ? [.. lines.Split('\n').Select(Objective)] : [],
            Parameters = row.GetString(16) is { Length: > 0 } texts
                ? [.. texts.Split('\n').Select(ParameterText.Read)]
                : [],
        },
        State = Enum.Parse<StudyState>(row.GetString(11)),
        Reason = row.Text(12),
        CreatedAt = row.Time(13),
        ChangedAt = row.Time(14),
        Commits = row.GetInt64(17),
        Log = [],
        Tasks = [],
        Attempts = [],
        Checkpoints = [],
    };

    private static ObjectiveSpec Objective(string line) =>
        line.Split(' ', 2) is [var direction, var metric]
            ? new ObjectiveSpec(metric, Enum.Parse<Direction>(direction))
            : throw new StoreException($"The store holds an objective that cannot be read: '{line}'.");

    private static StoredAttempt ReadAttempt(DbDataReader row) => new(
        TaskKey: row.GetString(0),
        Number: row.GetInt32(1),
        Trial: row.Int(2),
        Worker: row.GetString(3),
        Ranks: row.GetInt32(4),
        State: Enum.Parse<AttemptState>(row.GetString(5)),
        Reason: row.Text(6),
        StartedAt: row.Time(7),
        EndedAt: row.IsDBNull(8) ? null : row.Time(8));
}
