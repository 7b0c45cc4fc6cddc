using System.Data.Common;

namespace TuneGraph;

/// <summary>What trials printed, as rows.</summary>
internal static class SqlPrinted
{
    private const string Attempt =
        "(SELECT COALESCE(MAX(number), 1) FROM attempts WHERE study = $0 AND task = $2)";

    private const string OfAttempt = $"study = $0 AND trial = $1 AND task = $2 AND attempt = {Attempt}";

    public static void Write(SqlSession session, long study, LinesPrinted printed, string now)
    {
        foreach (var line in printed.Lines)
        {
            session.Run(
                $"""
                INSERT INTO printed (study, trial, task, from_rank, is_error, content, at, place, attempt,
                    attempt_place)
                VALUES ($0, $1, $2, $3, $4, $5, $6,
                    $7 + (SELECT COALESCE(MAX(place), 0) FROM printed WHERE study = $0), {Attempt},
                    $7 + (SELECT COALESCE(MAX(attempt_place), 0) FROM printed WHERE {OfAttempt}))
                """,
                study, printed.Trial, printed.TaskKey, line.Rank, line.IsError ? 1 : 0, line.Text, now, line.Size);
        }

        session.Run(
            $"""
            DELETE FROM printed WHERE {OfAttempt}
                AND attempt_place <= (SELECT MAX(attempt_place) FROM printed WHERE {OfAttempt}) - $3
            """,
            study, printed.Trial, printed.TaskKey, PrintedLine.MostOfAttempt);
        session.Run(
            """
            DELETE FROM printed WHERE study = $0
                AND place <= (SELECT MAX(place) FROM printed WHERE study = $0) - $1
            """,
            study, PrintedLine.MostOfStudy);
    }

    public static IReadOnlyList<StoredLine> Read(SqlSession session, string study, PrintedQuery query)
    {
        var values = new List<object?> { study, query.After, query.Most };
        var where = "study = (SELECT id FROM studies WHERE name = $0) AND place > $1";
        Restrict("trial =", query.Trial);
        Restrict("task =", query.TaskKey);
        Restrict("attempt =", query.Attempt);
        Restrict("from_rank =", query.Rank);
        Restrict("is_error =", query.ErrorsOnly ? 1 : null);
        if (query.Text is { } text)
            Restrict("LOWER(content) LIKE", $"%{Escaped(text.ToLowerInvariant())}%", " ESCAPE '~'");
        var found = session.Rows(
            $"""
            SELECT place, at, trial, task, attempt, attempt_place, from_rank, is_error, content
            FROM printed WHERE {where} ORDER BY place {(query.OldestFirst ? "ASC" : "DESC")} LIMIT $2
            """,
            Line,
            [.. values]);
        if (!query.OldestFirst)
            found.Reverse();
        return found;

        void Restrict(string condition, object? value, string end = "")
        {
            if (value is null)
                return;
            where += FormattableString.Invariant($" AND {condition} ${values.Count}{end}");
            values.Add(value);
        }
    }

    private static string Escaped(string text) =>
        text.Replace("~", "~~", StringComparison.Ordinal)
            .Replace("%", "~%", StringComparison.Ordinal)
            .Replace("_", "~_", StringComparison.Ordinal);

    private static StoredLine Line(DbDataReader row)
    {
        var line = new PrintedLine(row.Int(6), row.Flag(7), row.GetString(8));
        return new StoredLine(
            row.GetInt64(0), row.Time(1), row.GetInt32(2), row.GetString(3), row.GetInt32(4),
            row.GetInt64(5) - line.Size, line);
    }
}
