namespace TuneGraph;

/// <summary>A study in its file, and where its log goes on.</summary>
internal sealed class SqliteCursor(long id, bool defineByRun)
{
    public long Id { get; } = id;

    public bool DefineByRun { get; } = defineByRun;

    /// <summary>Place in the study's log of the event to be written next.</summary>
    public required long Sequence { get; set; }

    /// <exception cref="StoreException">There is no study of that name.</exception>
    public static SqliteCursor Find(SqliteStatements statements, string study)
    {
        const string Sql =
            """
            SELECT id, define_by_run, 1 + MAX(
                COALESCE((SELECT MAX(asked_sequence) FROM trials WHERE study = id), -1),
                COALESCE((SELECT MAX(told_sequence) FROM trials WHERE study = id), -1),
                COALESCE((SELECT MAX(sequence) FROM intermediate_values WHERE study = id), -1),
                COALESCE((SELECT MAX(sequence) FROM parameters WHERE study = id), -1),
                COALESCE((SELECT MAX(sequence) FROM imports WHERE study = id), -1),
                COALESCE((SELECT MAX(sequence) FROM pauses WHERE study = id), -1))
            FROM studies WHERE name = $0
            """;
        using var reader = statements[Sql].Query(study);
        return reader.Read()
            ? new SqliteCursor(reader.GetInt64(0), reader.GetBoolean(1)) { Sequence = reader.GetInt64(2) }
            : throw new StoreException($"No study named '{study}' is in this store; create it first.");
    }
}
