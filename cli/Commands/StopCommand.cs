using System.CommandLine;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph stop</c> and <c>tunegraph resume</c>: a study of a scheduler stops, and goes on.</summary>
internal static class StopCommand
{
    public static Command CreateStop(Terminal terminal) =>
        Create(
            "stop",
            "Stop a scheduler's study: its trials end at their next step, and it can go on later.",
            terminal,
            (client, name, cancellationToken) => client.StopAsync(name, cancellationToken));

    public static Command CreatePause(Terminal terminal) =>
        Create(
            "pause",
            "Pause a scheduler's study: the same as stop, and the study says that it is meant to go on.",
            terminal,
            (client, name, cancellationToken) => client.PauseAsync(name, cancellationToken));

    public static Command CreateResume(Terminal terminal) =>
        Create(
            "resume",
            "Let a scheduler's study that was stopped go on.",
            terminal,
            (client, name, cancellationToken) => client.ResumeAsync(name, cancellationToken));

    private static Command Create(
        string verb,
        string description,
        Terminal terminal,
        Func<SchedulerClient, string, CancellationToken, Task<StudyView>> call)
    {
        var study = new Argument<string>("study") { Description = "The study's name, or its sweep file." };
        var server = new ServerOptions();
        var command = new Command(verb, description) { study };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Get(parsed);
            var name = ServerOptions.NameOf(parsed.GetRequiredValue(study));
            var view = await call(client, name, cancellationToken);
            await terminal.Out.WriteLineAsync($"{verb}: asked of {view.Name}, which was {view.State}");
            return ExitCode.Success;
        });
        return command;
    }
}
