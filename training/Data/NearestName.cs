namespace TuneGraph.Training;

/// <summary>Finds what the user probably meant.</summary>
internal static class NearestName
{
    private const int MostListed = 30;

    /// <summary>"Did you mean 'x'? The columns are: …" for a name that is not there.</summary>
    public static string Suggest(string wrong, IReadOnlyList<string> names)
    {
        var nearest = names
            .Select(name => (Name: name, Distance: Distance(wrong.ToUpperInvariant(), name.ToUpperInvariant())))
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault();
        var hint = nearest.Name is not null && nearest.Distance <= Math.Max(1, wrong.Length / 3)
            ? $"Did you mean '{nearest.Name}'? "
            : "";
        var rest = names.Count > MostListed ? $" and {names.Count - MostListed} more" : "";
        return $"{hint}The columns are: {string.Join(", ", names.Take(MostListed))}{rest}.";
    }

    /// <summary>Levenshtein distance: single-character insertions, deletions and replacements.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
