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
        var server = new ServerOptions();
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var text = new StringWriter();
            using var client = server.Find(parsed);
            if (client is null)
            {
                var located = StudyArgument.Find(parsed.GetRequiredValue(study));
                var definition = located.Study.Definition;
                var trials = TrialSummary.From(located.Study);
                Write(parsed.GetValue(format), definition.Name, [.. definition.Metrics], trials, text);
            }
            else
            {
                var name = ServerOptions.NameOf(parsed.GetRequiredValue(study));
                var found = await client.StudyAsync(name, cancellationToken);
                var trials = await client.TrialsAsync(name, cancellationToken);
                Write(
                    parsed.GetValue(format), name, [.. found.Metrics], [.. trials.Select(RemoteView.Summary)], text);
            }

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
        string study,
        string[] metrics,
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
                        json.WriteString("study", study);
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
                output.Write(TrialsCsv.Write(trials, metrics));
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
