using System.CommandLine;
using System.Text.Json;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph validate</c>: reads a sweep file and starts nothing.</summary>
internal static class ValidateCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("sweep") { Description = "The sweep file (YAML)." };
        var json = new Option<bool>("--json") { Description = "Write the findings as one JSON document." };
        var command = new Command("validate", "Check a sweep file without running anything.") { file, json };
        command.SetAction(parsed =>
        {
            var path = parsed.GetRequiredValue(file);
            if (parsed.GetValue(json))
                return WriteJson(path, terminal);
            var spec = SweepFile.Load(path);
            terminal.Out.WriteLine(
                $"{path} is valid: sweep '{spec.Name}', {spec.Space!.Parameters.Length} parameters, "
                + $"{spec.Budget.Trials} trials, "
                    + $"{spec.Sampler.Name} and {spec.Pruner.Name}, results in {spec.OutputFolder}."
            );
            return ExitCode.Success;
        });
        return command;
    }

    private static int WriteJson(string path, Terminal terminal)
    {
        IReadOnlyList<Diagnostic> diagnostics = [];
        try
        {
            SweepFile.Load(path);
        }
        catch (SweepFileException e)
        {
            diagnostics = e.Diagnostics;
        }

        JsonText.Write(
            terminal.Out,
            indented: true,
            json =>
            {
                json.WriteString("file", path);
                json.WriteBoolean("valid", diagnostics.Count == 0);
                json.WriteStartArray("diagnostics");
                foreach (var diagnostic in diagnostics)
                    WriteDiagnostic(json, diagnostic);
                json.WriteEndArray();
            }
        );
        return diagnostics.Count == 0 ? ExitCode.Success : ExitCode.InvalidInput;
    }

    private static void WriteDiagnostic(Utf8JsonWriter json, Diagnostic diagnostic)
    {
        json.WriteStartObject();
        json.WriteString("code", diagnostic.Code);
        json.WriteNumber("line", diagnostic.Line);
        json.WriteNumber("column", diagnostic.Column);
        json.WriteString("message", diagnostic.Message);
        json.WriteEndObject();
    }
}
