using System.CommandLine;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph export</c>: the trials of a stored study as a table.</summary>
internal static class ExportCommand
{
    public static Command Create(Terminal terminal)
    {
        var study = StudyArgument.Create();
        var format = new Option<ExportFormat>("--format", "-f")
        {
            Description = "csv (default), json or jsonl.",
            HelpName = "csv|json|jsonl",
        };
        var file = new Option<string?>("--file")
        {
            Description = "Write to a file instead of standard output.",
            HelpName = "path",
        };
        var command = new Command("export", "Write every trial of a stored study as a table.") { study, format, file };
        command.SetAction(parsed =>
        {
            var located = StudyArgument.Find(parsed.GetRequiredValue(study));
            using var text = new StringWriter();
            Write(parsed.GetValue(format), located.Study.Definition, TrialSummary.From(located.Study), text);
            if (parsed.GetValue(file) is { } path)
                AtomicFile.Write(Path.GetFullPath(path), text.ToString());
            else
                terminal.Out.Write(text.ToString());
            return ExitCode.Success;
        });
        return command;
    }

    private static void Write(
        ExportFormat format,
        StudyDefinition definition,
        IReadOnlyList<TrialSummary> trials,
        TextWriter output
    )
    {
        switch (format)
        {
            case ExportFormat.JsonL:
                foreach (var trial in trials)
                    JsonText.Write(output, indented: false, json => JsonText.WriteTrial(json, trial));
                break;
            case ExportFormat.Json:
                JsonText.Write(
                    output,
                    indented: true,
                    json =>
                    {
                        json.WriteNumber("schemaVersion", 1);
                        json.WriteString("study", definition.Name);
                        json.WriteStartArray("trials");
                        foreach (var trial in trials)
                        {
                            json.WriteStartObject();
                            JsonText.WriteTrial(json, trial);
                            json.WriteEndObject();
                        }

                        json.WriteEndArray();
                    }
                );
                break;
            default:
                output.Write(TrialsCsv.Write(trials, definition.Metrics));
                break;
        }
    }
}

/// <summary>Form in which trials are exported.</summary>
internal enum ExportFormat
{
    Csv,
    Json,
    JsonL,
}
