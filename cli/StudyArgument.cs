using System.CommandLine;

namespace TuneGraph.Cli;

/// <summary>The argument that names a stored study: its sweep file, its output folder, or its study file.</summary>
internal static class StudyArgument
{
    public static Argument<string> Create() =>
        new("study")
        {
            Description =
                "The study: its sweep file (digits.yaml), its output folder (runs/digits) or its study file "
                + "(study.db); with --server, its name.",
        };

    /// <exception cref="StudyNotFoundException">There is no study there.</exception>
    public static LocatedStudy Find(string argument)
    {
        var path = StorePath(argument);
        if (!File.Exists(path))
            throw new StudyNotFoundException(
                $"There is no study at '{argument}' (looked for '{path}'); run the sweep first, or name its output "
                + $"folder."
            );
        using var store = SqliteStudyStore.OpenExisting(path);
        var name = store.List() is [var first, ..]
            ? first
            : throw new StudyNotFoundException($"The study file '{path}' holds no study yet.");
        return new LocatedStudy(store.Load(name)!, Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    public static string StorePath(string argument)
    {
        if (Directory.Exists(argument))
            return StudyFolder.StorePath(argument);
        return Path.GetExtension(argument) is ".yaml" or ".yml"
            ? StudyFolder.StorePath(SweepFile.Load(argument).OutputFolder!)
            : argument;
    }
}

/// <summary>A study and where it lies.</summary>
/// <param name="Study">The study.</param>
/// <param name="Folder">Its output folder.</param>
internal sealed record LocatedStudy(StoredStudy Study, string Folder)
{
    /// <summary>Its state, seen from outside: a study whose process has died is not running.</summary>
    public StudyState State =>
        Study.State == StudyState.Running && !StudyFolder.IsBusy(Folder) ? StudyState.Interrupted : Study.State;
}
