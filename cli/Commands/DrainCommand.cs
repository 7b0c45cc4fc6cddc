using System.CommandLine;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph drain</c>: a worker hands its trials back and gets nothing new.</summary>
internal static class DrainCommand
{
    public static Command Create(Terminal terminal)
    {
        var worker = new Argument<string>("worker") { Description = "The worker's name." };
        var command = new Command(
            "drain", "Take a worker out of service: it hands its trials back at their next step, and gets nothing new.")
        {
            worker,
        };
        var server = new ServerOptions();
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Get(parsed);
            var view = await client.DrainAsync(parsed.GetRequiredValue(worker), cancellationToken);
            await terminal.Out.WriteLineAsync(
                $"drain: {view.Name} is {view.State}, and still works on {view.Attempts.Length} attempts");
            return ExitCode.Success;
        });
        return command;
    }
}
