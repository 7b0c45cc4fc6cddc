using System.CommandLine;
using System.Globalization;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph logs</c>: what the trials of a study printed.</summary>
internal static class LogsCommand
{
    private const int MostAtOnce = 1000;
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(0.5);

    public static Command Create(Terminal terminal)
    {
        var study = new StudyPlace();
        var trial = new Option<int?>("--trial") { Description = "Only what this trial printed.", HelpName = "number" };
        var search = new Option<string?>("--search")
        {
            Description = "Only lines that contain this, in capitals or not.",
            HelpName = "text",
        };
        var errors = new Option<bool>("--stderr") { Description = "Only what went to the standard error." };
        var follow = new Option<bool>("--follow", "-f")
        {
            Description = "Go on with what is printed from now on, until the study ends.",
        };
        var command = new Command("logs", "Show what the trials of a study printed.")
        {
            trial, search, errors, follow,
        };
        study.AddTo(command);
        var server = new ServerOptions();
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Find(parsed);
            using var log = client is null
                ? PrintedSource.In(study, parsed)
                : PrintedSource.At(client, study.NameAtServer(parsed));
            var query = new PrintedQuery
            {
                Trial = parsed.GetValue(trial),
                Text = parsed.GetValue(search) is { Length: > 0 } text ? text : null,
                ErrorsOnly = parsed.GetValue(errors),
                OldestFirst = true,
                Most = MostAtOnce,
            };
            await WriteAsync(log, query, parsed.GetValue(follow), terminal.Out, cancellationToken);
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task WriteAsync(
        PrintedSource log, PrintedQuery query, bool follows, TextWriter output, CancellationToken cancellationToken)
    {
        while (true)
        {
            // Asked first: what is printed before a study's end is then shown.
            var goesOn = follows && await log.IsRunningAsync(cancellationToken);
            IReadOnlyList<StoredLine> lines;
            do
            {
                lines = await log.ReadAsync(query, cancellationToken);
                foreach (var line in lines)
                    await output.WriteLineAsync(TextOf(line));
                query = lines is [.., var last] ? query with { After = last.Place } : query;
            } while (lines.Count == query.Most);

            if (!goesOn)
                return;
            await Task.Delay(_pause, cancellationToken);
        }
    }

    // The form of the file that the page of a trial saves, and the trial.
    private static string TextOf(StoredLine line) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{line.At.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} trial {line.Trial} "
                + $"{(line.Line.Rank is { } rank ? $"rank {rank}" : "-")} "
                + $"{(line.Line.IsError ? "error" : "out")}: {line.Line.Text}");
}
