using System.CommandLine;

namespace TuneGraph.Cli;

/// <summary>
/// Where a study is, for the verbs that find it in a store of any kind or by its name at a scheduler.
/// </summary>
internal sealed class StudyPlace
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    private readonly Argument<string> _place = new("study")
    {
        Description = "The study: its sweep file (digits.yaml), its output folder (runs/digits), its study file "
            + "(study.db), or the connection string of a PostgreSQL database; with --server its name.",
    };

    private readonly Option<string?> _name = new("--study")
    {
        Description = "The study's name, where a database or a file holds several.",
        HelpName = "name",
    };

    public void AddTo(Command command)
    {
        command.Add(_place);
        command.Add(_name);
    }

    /// <summary>The study's name at a scheduler.</summary>
    public string NameAtServer(ParseResult parsed) =>
        parsed.GetValue(_name) ?? ServerOptions.NameOf(parsed.GetRequiredValue(_place));

    /// <summary>The store that was named, open.</summary>
    /// <exception cref="StoreException">There is none, or it cannot be opened.</exception>
    public SqlStudyStore Open(ParseResult parsed)
    {
        var place = parsed.GetRequiredValue(_place);
        return !File.Exists(place) && !Directory.Exists(place) && place.Contains('=', StringComparison.Ordinal)
            ? PostgresStudyStore.Open(place, _patience)
            : SqliteStudyStore.OpenExisting(StudyArgument.StorePath(place));
    }

    /// <summary>The study's name in that store.</summary>
    /// <exception cref="StudyNotFoundException">It is not there, or there are several to choose from.</exception>
    public string NameIn(SqlStudyStore store, ParseResult parsed)
    {
        var (place, name, names) = (parsed.GetRequiredValue(_place), parsed.GetValue(_name), store.List());
        if (name is not null && names.Contains(name))
            return name;
        return (name, names) switch
        {
            (null, [var only]) => only,
            (null, []) => throw new StudyNotFoundException($"There is no study in '{place}' yet."),
            (null, _) => throw new StudyNotFoundException(
                $"There are {names.Count} studies; choose one with --study: {string.Join(", ", names)}."),
            _ => throw new StudyNotFoundException($"There is no study '{name}' in '{place}'."),
        };
    }

    /// <summary>The folder of a study whose store is a file; null where it is a database.</summary>
    public string? FolderOf(SqlStudyStore store, ParseResult parsed) =>
        store is SqliteStudyStore
            ? Path.GetDirectoryName(Path.GetFullPath(StudyArgument.StorePath(parsed.GetRequiredValue(_place))))
            : null;
}
