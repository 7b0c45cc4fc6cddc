using System.CommandLine;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph submit</c>: hands a sweep to a scheduler.</summary>
internal static class SubmitCommand
{
    public static Command Create(Terminal terminal)
    {
        var sweep = new Argument<string>("sweep") { Description = "The sweep file (YAML)." };
        var seed = new Option<ulong?>("--seed") { Description = "Seed, instead of the sweep's.", HelpName = "n" };
        var server = new ServerOptions();
        var command = new Command("submit", "Hand a sweep and its data to a scheduler.") { sweep, seed };
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Get(parsed);
            var study = await client.SubmitAsync(
                parsed.GetRequiredValue(sweep), parsed.GetValue(seed), cancellationToken);
            await terminal.Out.WriteLineAsync(
                $"submitted {study.Name}: {study.Budget} trials. Follow it with "
                    + $"'tunegraph status {study.Name} --server URL'.");
            return ExitCode.Success;
        });
        return command;
    }
}
