using System.CommandLine;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph note</c>: keeps a note and tags of a study or a trial, also while it runs.</summary>
internal static class NoteCommand
{
    public static Command Create(Terminal terminal)
    {
        var study = new StudyPlace();
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
            trial, note, tags,
        };
        study.AddTo(command);
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

            var name = await KeepAsync(server.Find(parsed), study, parsed, remark, cancellationToken);
            await terminal.Out.WriteLineAsync(
                $"note: {name}{(remark.Trial is { } number ? FormattableString.Invariant($", trial {number}") : "")}");
            return ExitCode.Success;
        });
        return command;
    }

    /// <returns>The study's name.</returns>
    private static async Task<string> KeepAsync(
        SchedulerClient? scheduler,
        StudyPlace study,
        ParseResult parsed,
        Remark remark,
        CancellationToken cancellationToken)
    {
        using var client = scheduler;
        if (client is not null)
        {
            var asked = study.NameAtServer(parsed);
            await client.NoteAsync(asked, remark, cancellationToken);
            return asked;
        }

        using var store = study.Open(parsed);
        var name = study.NameIn(store, parsed);
        store.Annotate(name, remark);
        return name;
    }
}
