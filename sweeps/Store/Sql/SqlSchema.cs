namespace TuneGraph;

/// <summary>
/// The tables that studies are kept in, and the steps that bring an older database up to date. A step, once released,
/// never changes; a new one is added at the end. Written in SQLite's words, which <see cref="PostgresWords"/>
/// translates.
/// </summary>
internal static class SqlSchema
{
    private static readonly string[] _migrations =
    [
        """
            CREATE TABLE studies (
                id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, state TEXT NOT NULL, reason TEXT,
                metric TEXT NOT NULL, direction TEXT NOT NULL, sampler TEXT NOT NULL, pruner TEXT NOT NULL,
                seed TEXT NOT NULL,
                trials INTEGER NOT NULL, source TEXT NOT NULL, define_by_run INTEGER NOT NULL,
                fingerprint TEXT NOT NULL,
                created_at TEXT NOT NULL, changed_at TEXT NOT NULL);
            CREATE TABLE trials (
                study INTEGER NOT NULL REFERENCES studies(id), number INTEGER NOT NULL, given INTEGER NOT NULL,
                state TEXT NOT NULL,
                value REAL, reason TEXT, asked_sequence INTEGER NOT NULL, told_sequence INTEGER,
                asked_at TEXT NOT NULL, told_at TEXT,
                PRIMARY KEY (study, number)) WITHOUT ROWID;
            CREATE TABLE parameters (
                study INTEGER NOT NULL, trial INTEGER NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL,
                value TEXT,
                asked_value TEXT, declaration TEXT, sequence INTEGER, at TEXT,
                PRIMARY KEY (study, trial, name)) WITHOUT ROWID;
            CREATE TABLE intermediate_values (
                study INTEGER NOT NULL, trial INTEGER NOT NULL, step INTEGER NOT NULL, value REAL NOT NULL,
                train_loss REAL, val_loss REAL, val_accuracy REAL, sequence INTEGER NOT NULL, at TEXT NOT NULL,
                PRIMARY KEY (study, trial, step)) WITHOUT ROWID;
            CREATE TABLE pauses (
                study INTEGER NOT NULL, sequence INTEGER NOT NULL, trial INTEGER NOT NULL, step INTEGER,
                at TEXT NOT NULL,
                PRIMARY KEY (study, sequence)) WITHOUT ROWID;
            CREATE TABLE tasks (
                study INTEGER NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, trial INTEGER, state TEXT NOT NULL,
                PRIMARY KEY (study, key));
            CREATE TABLE attempts (
                study INTEGER NOT NULL, task TEXT NOT NULL, number INTEGER NOT NULL, trial INTEGER,
                worker TEXT NOT NULL,
                ranks INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT, started_at TEXT NOT NULL, ended_at TEXT,
                PRIMARY KEY (study, task, number));
            CREATE TABLE checkpoints (
                study INTEGER NOT NULL, task TEXT NOT NULL, step INTEGER NOT NULL, path TEXT NOT NULL,
                PRIMARY KEY (study, task));
            """,
        // The first objective stays where it was; 1 is the second one's number.
        """
            CREATE TABLE more_values (
                study INTEGER NOT NULL, trial INTEGER NOT NULL, objective INTEGER NOT NULL, value REAL NOT NULL,
                PRIMARY KEY (study, trial, objective)) WITHOUT ROWID;
            CREATE TABLE more_intermediate_values (
                study INTEGER NOT NULL, trial INTEGER NOT NULL, step INTEGER NOT NULL, objective INTEGER NOT NULL,
                value REAL NOT NULL,
                PRIMARY KEY (study, trial, step, objective)) WITHOUT ROWID;
            CREATE TABLE constraint_values (
                study INTEGER NOT NULL, trial INTEGER NOT NULL, position INTEGER NOT NULL, value REAL NOT NULL,
                PRIMARY KEY (study, trial, position)) WITHOUT ROWID;
            """,
        """
            CREATE TABLE origins (
                study INTEGER NOT NULL, trial INTEGER NOT NULL, donor INTEGER NOT NULL, step INTEGER NOT NULL,
                PRIMARY KEY (study, trial)) WITHOUT ROWID;
            """,
        // The objectives after the first, one a line: direction and metric.
        """
            ALTER TABLE studies ADD COLUMN more_objectives TEXT NOT NULL DEFAULT '';
            ALTER TABLE intermediate_values ADD COLUMN parameters REAL;
            """,
        // One writer at a time: each claim has a new number, and a commit counts only under the newest.
        """
            ALTER TABLE studies ADD COLUMN commits INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE studies ADD COLUMN lease_token INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE studies ADD COLUMN lease_owner TEXT;
            ALTER TABLE studies ADD COLUMN lease_until INTEGER NOT NULL DEFAULT 0;
            """,
        // Who follows a study reads what is new in its log again and again.
        """
            CREATE INDEX intermediate_values_by_sequence ON intermediate_values (study, sequence);
            CREATE INDEX parameters_by_sequence ON parameters (study, sequence) WHERE sequence IS NOT NULL;
            ALTER TABLE studies ADD COLUMN parameters TEXT NOT NULL DEFAULT '';
            """,
        // More metrics of a step, for those who want to optimise them.
        """
            ALTER TABLE intermediate_values ADD COLUMN val_f1 REAL;
            ALTER TABLE intermediate_values ADD COLUMN val_roc_auc REAL;
            ALTER TABLE intermediate_values ADD COLUMN val_average_precision REAL;
            ALTER TABLE intermediate_values ADD COLUMN val_rmse REAL;
            ALTER TABLE intermediate_values ADD COLUMN val_mae REAL;
            ALTER TABLE intermediate_values ADD COLUMN val_r2 REAL;
            """,
        // Why the sampler proposed a trial, and what it cost.
        """
            ALTER TABLE trials ADD COLUMN why TEXT;
            ALTER TABLE trials ADD COLUMN cost REAL;
            """,
        // Trials of past studies; their parameters and objectives are JSON.
        """
            CREATE TABLE imports (
                study INTEGER NOT NULL, number INTEGER NOT NULL, source TEXT NOT NULL, parameters TEXT NOT NULL,
                objectives TEXT NOT NULL, sequence INTEGER NOT NULL, at TEXT NOT NULL,
                PRIMARY KEY (study, number)) WITHOUT ROWID;
            """,
        // What was answered to calls that may be repeated; and which of the schedulers of a database leads.
        """
            CREATE TABLE answers (
                study INTEGER NOT NULL, key TEXT NOT NULL, answer TEXT NOT NULL, at TEXT NOT NULL,
                PRIMARY KEY (study, key)) WITHOUT ROWID;
            CREATE TABLE leaders (
                name TEXT NOT NULL, token INTEGER NOT NULL, owner TEXT NOT NULL, until INTEGER NOT NULL,
                PRIMARY KEY (name)) WITHOUT ROWID;
            """,
        // What a strategy measured and decided at a step, a line each.
        """
            ALTER TABLE intermediate_values ADD COLUMN measures TEXT;
            ALTER TABLE intermediate_values ADD COLUMN notes TEXT;
            """,
        // Budgets that were changed on the way; and segments that a trial took over from one that had computed them.
        """
            CREATE TABLE budgets (
                study INTEGER NOT NULL, sequence INTEGER NOT NULL, number INTEGER NOT NULL, trials INTEGER,
                steps INTEGER, cost REAL, at TEXT NOT NULL,
                PRIMARY KEY (study, sequence)) WITHOUT ROWID;
            CREATE TABLE shared_segments (
                study INTEGER NOT NULL, task TEXT NOT NULL, trial INTEGER NOT NULL, steps INTEGER NOT NULL,
                length INTEGER NOT NULL,
                PRIMARY KEY (study, task, trial)) WITHOUT ROWID;
            """,
        // Where a step's time went: numbers, see StepTimes.
        """
            ALTER TABLE intermediate_values ADD COLUMN times TEXT;
            """,
        // Ranges that were changed on the way: the parameters, one a line.
        """
            CREATE TABLE ranges (
                study INTEGER NOT NULL, sequence INTEGER NOT NULL, number INTEGER NOT NULL, parameters TEXT NOT NULL,
                at TEXT NOT NULL,
                PRIMARY KEY (study, sequence)) WITHOUT ROWID;
            """,
        // Which study had trained what a trial took over, and how long a slot was busy with it.
        """
            ALTER TABLE shared_segments ADD COLUMN source TEXT;
            ALTER TABLE shared_segments ADD COLUMN seconds REAL;
            """,
        // What people noted about studies (trial -1) and trials; tags are lines.
        """
            CREATE TABLE remarks (
                study INTEGER NOT NULL, trial INTEGER NOT NULL, note TEXT NOT NULL, tags TEXT NOT NULL,
                at TEXT NOT NULL,
                PRIMARY KEY (study, trial)) WITHOUT ROWID;
            """,
        // What trials printed. Both places count characters, of the study and of the attempt, so that what is too old
        // is found by a comparison.
        """
            CREATE TABLE printed (
                study INTEGER NOT NULL, place INTEGER NOT NULL, trial INTEGER NOT NULL, task TEXT NOT NULL,
                attempt INTEGER NOT NULL, attempt_place INTEGER NOT NULL, from_rank INTEGER,
                is_error INTEGER NOT NULL, content TEXT NOT NULL, at TEXT NOT NULL,
                PRIMARY KEY (study, place)) WITHOUT ROWID;
            CREATE INDEX printed_by_attempt ON printed (study, trial, task, attempt, attempt_place);
            """,
    ];

    public static int Version => _migrations.Length;

    /// <summary>The steps that a database still needs which has seen <paramref name="version"/> of them.</summary>
    /// <param name="version">Steps seen.</param>
    /// <param name="where">The database, for people.</param>
    /// <exception cref="StoreException">It was written by a newer version.</exception>
    public static ReadOnlySpan<string> After(long version, string where) =>
        version <= Version
            ? _migrations.AsSpan((int)version)
            : throw new StoreException(
                $"{where} has schema version {version}, but this TuneGraph knows versions up to {Version}; "
                    + "use a newer TuneGraph.");
}
