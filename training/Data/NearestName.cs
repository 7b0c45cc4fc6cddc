namespace TuneGraph.Training;

/// <summary>Finds what somebody probably meant to write.</summary>
public static class NearestName
{
    private const int LongestName = 64;

    /// <summary>
    /// The candidate closest to <paramref name="written"/> when it is close enough to be a slip of the finger (a third
    /// of the letters, at most three edits, never all of it), else null. Upper and lower case count as the same
    /// letter; of equally close ones the first wins.
    /// </summary>
    /// <param name="written">What was written.</param>
    /// <param name="candidates">What could have been meant.</param>
    public static string? Of(string written, IEnumerable<string> candidates)
    {
        string? nearest = null;
        var nearestEdits = int.MaxValue;
        foreach (var candidate in candidates)
        {
            var longer = Math.Max(written.Length, candidate.Length);
            var allowed = Math.Clamp(longer / 3, 1, 3);
            // The difference in length is a lower bound of the distance, and a key of a megabyte costs nothing.
            if (longer > LongestName || Math.Abs(written.Length - candidate.Length) > allowed)
                continue;
            var edits = Edits(written.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (edits <= allowed && edits < longer && edits < nearestEdits)
                (nearest, nearestEdits) = (candidate, edits);
        }
        return nearest;
    }

    /// <summary>
    /// Damerau–Levenshtein distance in its restricted form (optimal string alignment): insertions, deletions,
    /// substitutions and swaps of neighbours, no part edited twice.
    /// </summary>
    internal static int Edits(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        Span<int> beforeLast = new int[b.Length + 1];
        Span<int> last = new int[b.Length + 1];
        Span<int> row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;

        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.Min(change, Math.Min(last[j], row[j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }
            var free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.Length];
    }
}
