namespace TuneGraph;

/// <summary>A study in its database, and where its log goes on.</summary>
internal sealed class SqlCursor(long id, bool defineByRun)
{
    public long Id { get; } = id;

    public bool DefineByRun { get; } = defineByRun;

    /// <summary>Place in the study's log of the event to be written next.</summary>
    public required long Sequence { get; set; }

    /// <summary>How many commits the study has seen, as far as this writer knows.</summary>
    public required long Commits { get; set; }

    /// <summary>The newest claim on the study, as far as this writer knows.</summary>
    public required long Token { get; set; }

    /// <exception cref="StoreException">There is no study of that name.</exception>
    public static SqlCursor Find(SqlSession session, string study)
    {
        const string Sql =
            """
            SELECT id, define_by_run, commits, lease_token,
                (SELECT 1 + COALESCE(MAX(last), -1) FROM (
                    SELECT MAX(asked_sequence) AS last FROM trials WHERE study = studies.id
                    UNION ALL SELECT MAX(told_sequence) FROM trials WHERE study = studies.id
                    UNION ALL SELECT MAX(sequence) FROM intermediate_values WHERE study = studies.id
                    UNION ALL SELECT MAX(sequence) FROM parameters WHERE study = studies.id AND sequence >= 0
                    UNION ALL SELECT MAX(sequence) FROM imports WHERE study = studies.id
                    UNION ALL SELECT MAX(sequence) FROM budgets WHERE study = studies.id
                    UNION ALL SELECT MAX(sequence) FROM ranges WHERE study = studies.id
                    UNION ALL SELECT MAX(sequence) FROM pauses WHERE study = studies.id) AS sequences)
            FROM studies WHERE name = $0
            """;
        var found = session.Rows(
            Sql,
            row => new SqlCursor(row.GetInt64(0), row.Flag(1))
            {
                Commits = row.GetInt64(2),
                Token = row.GetInt64(3),
                Sequence = row.GetInt64(4),
            },
            study);
        return found is [var cursor]
            ? cursor
            : throw new StoreException($"No study named '{study}' is in this store; create it first.");
    }
}
