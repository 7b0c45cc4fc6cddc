namespace TuneGraph.Dashboard;

/// <summary>
/// Where the page looks for studies: a study file, an output folder, a folder of such folders, or a PostgreSQL
/// database.
/// </summary>
/// <param name="place">The path, or the connection string.</param>
/// <param name="waits">Whether nothing may be there yet.</param>
/// <param name="time">The clock of the stores that are opened.</param>
internal sealed class StudySource(string place, bool waits, TimeProvider time)
{
    // Somebody waits for the page.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    /// <summary>What the page looks at, for people; without anything that a connection string may hide.</summary>
    public string Name => IsDatabase ? "the PostgreSQL database" : Path.GetFullPath(place);

    private bool IsDatabase => !File.Exists(place) && !Directory.Exists(place) && place.Contains('=');

    /// <summary>Every study that is there now.</summary>
    /// <exception cref="StoreException">There is nothing there, or it cannot be read.</exception>
    public IReadOnlyList<StudyPlace> Find()
    {
        var found = new List<StudyPlace>();
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (store, folder) in Stores())
        {
            using var opened = Open(store);
            foreach (var name in opened.List())
                found.Add(new StudyPlace(Unique(name, folder, taken), name, store, folder));
        }

        return found;
    }

    /// <exception cref="StoreException">It cannot be opened.</exception>
    public StudyStore Open(string store) =>
        IsDatabase ? PostgresStudyStore.Open(store, _patience, time) : SqliteStudyStore.OpenExisting(store, time);

    private IEnumerable<(string Store, string? Folder)> Stores()
    {
        if (IsDatabase)
            return [(place, null)];
        if (File.Exists(place))
            return [(place, Path.GetDirectoryName(Path.GetFullPath(place)))];
        if (!Directory.Exists(place) && waits)
            return [];
        if (!Directory.Exists(place))
        {
            throw new StoreException(
                $"There is nothing at '{place}'; name a study file (study.db), an output folder (runs/digits), a "
                    + "folder of such folders (runs), or the connection string of a PostgreSQL database.");
        }

        var folders = Directory.GetDirectories(place).Order(StringComparer.Ordinal).Prepend(place);
        return
        [
            .. folders.Select(folder => (Store: StudyFolder.StorePath(folder), (string?)folder))
                .Where(pair => File.Exists(pair.Store)),
        ];
    }

    private static string Unique(string name, string? folder, HashSet<string> taken)
    {
        var plain = Plain(name);
        if (taken.Add(plain))
            return plain;
        var longer = folder is null ? plain : $"{plain}-in-{Plain(Path.GetFileName(folder))}";
        for (var i = 2; !taken.Add(longer); i++)
            longer = $"{plain}-{i}";
        return longer;
    }

    private static string Plain(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
}
