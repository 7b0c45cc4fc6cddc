using System.CommandLine;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph note</c>: keeps a note and tags of a study or a trial, also while it runs.</summary>
internal static class NoteCommand
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(3);

    public static Command Create(Terminal terminal)
    {
        var place = new Argument<string>("study")
        {
            Description = "The study: its sweep file (digits.yaml), its output folder (runs/digits), its study file "
                + "(study.db), or the connection string of a PostgreSQL database; with --server its name.",
        };
        var name = new Option<string?>("--study")
        {
            Description = "The study's name, where a database or a file holds several.",
            HelpName = "name",
        };
        var trial = new Option<int?>("--trial")
        {
            Description = "The trial; without it the note is of the study as a whole.",
            HelpName = "number",
        };
        var note = new Option<string>("--note")
        {
            Description = "Free text.",
            HelpName = "text",
            DefaultValueFactory = _ => "",
        };
        var tags = new Option<string[]>("--tag")
        {
            Description = "A word to find it by; any number.",
            HelpName = "word",
        };
        var command = new Command(
            "note", "Keep a note and tags of a study or a trial, in place of those before; none take them away.")
        {
            place, name, trial, note, tags,
        };
        var server = new ServerOptions();
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Remark remark;
            try
            {
                remark = new Remark(parsed.GetValue(trial), parsed.GetValue(note) ?? "", parsed.GetValue(tags) ?? []);
            }
            catch (ArgumentException e)
            {
                await terminal.Error.WriteLineAsync($"error: {e.Message}");
                return ExitCode.Usage;
            }

            var study = await KeepAsync(
                server.Find(parsed), parsed.GetRequiredValue(place), parsed.GetValue(name), remark, cancellationToken);
            await terminal.Out.WriteLineAsync(
                $"note: {study}{(remark.Trial is { } number ? FormattableString.Invariant($", trial {number}") : "")}");
            return ExitCode.Success;
        });
        return command;
    }

    /// <returns>The study's name.</returns>
    private static async Task<string> KeepAsync(
        SchedulerClient? scheduler, string place, string? name, Remark remark, CancellationToken cancellationToken)
    {
        using var client = scheduler;
        if (client is not null)
        {
            var asked = name ?? ServerOptions.NameOf(place);
            await client.NoteAsync(asked, remark, cancellationToken);
            return asked;
        }

        using var store = Open(place);
        var study = NameIn(store, name, place);
        store.Annotate(study, remark);
        return study;
    }

    private static SqlStudyStore Open(string place) =>
        !File.Exists(place) && !Directory.Exists(place) && place.Contains('=', StringComparison.Ordinal)
            ? PostgresStudyStore.Open(place, _patience)
            : SqliteStudyStore.OpenExisting(StudyArgument.StorePath(place));

    private static string NameIn(SqlStudyStore store, string? name, string place)
    {
        var names = store.List();
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
}
