using System.CommandLine;
using TuneGraph.Dashboard;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph report</c>: a stored study as one HTML file.</summary>
internal static class ReportCommand
{
    public static Command Create(Terminal terminal)
    {
        var study = new Argument<string>("study")
        {
            Description = "The study: its sweep file (digits.yaml), its output folder (runs/digits) or its study file "
                + "(study.db).",
        };
        var file = new Option<string?>("--file")
        {
            Description = "Where to write it, instead of the study's name with .html here.",
            HelpName = "path",
        };
        var command = new Command(
            "report", "Write a stored study as one HTML file that opens without a network, charts included.")
        {
            study, file,
        };
        command.SetAction(async (parsed, _) =>
        {
            var located = StudyArgument.Find(parsed.GetRequiredValue(study));
            var path = Path.GetFullPath(parsed.GetValue(file) ?? located.Study.Definition.Name + ".html");
            AtomicFile.Write(path, await StudyReport.WriteAsync(located.Study, located.State));
            await terminal.Out.WriteLineAsync($"report: {path}");
            return ExitCode.Success;
        });
        return command;
    }
}
