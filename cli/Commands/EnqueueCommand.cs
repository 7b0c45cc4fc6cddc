using System.Collections.Immutable;
using System.CommandLine;

namespace TuneGraph.Cli;

/// <summary>
/// <c>tunegraph enqueue</c> and <c>tunegraph retry</c>: a scheduler's running study tries values of the user's choice,
/// or those of a trial once more.
/// </summary>
internal static class EnqueueCommand
{
    public static Command CreateEnqueue(Terminal terminal)
    {
        var study = Study();
        var set = new Option<string[]>("--set")
        {
            Description = "A parameter's value; once for each parameter that takes part.",
            HelpName = "name=value",
        };
        set.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=', StringComparison.Ordinal) < 1))
                result.AddError($"--set is '{token.Value}'; write a name and a value, such as lr=0.01.");
        });
        var command = new Command("enqueue", "Have a scheduler's running study try these values.") { study, set };
        return WithServer(command, async (parsed, client, cancellationToken) =>
        {
            var name = ServerOptions.NameOf(parsed.GetRequiredValue(study));
            var values = (parsed.GetValue(set) ?? []).Select(text => text.Split('=', 2)).ToImmutableSortedDictionary(
                pair => pair[0], pair => ValueText.Read(pair[1]), StringComparer.Ordinal);
            var asked = await client.EnqueueAsync(name, new TrialRequest(values), cancellationToken);
            await terminal.Out.WriteLineAsync($"enqueue: trial {asked.Trial} of {name}");
        });
    }

    public static Command CreateRetry(Terminal terminal)
    {
        var study = Study();
        var trial = new Argument<int>("trial") { Description = "The trial's number." };
        var command = new Command("retry", "Have a scheduler's running study try a trial's values once more.")
        {
            study, trial,
        };
        return WithServer(command, async (parsed, client, cancellationToken) =>
        {
            var name = ServerOptions.NameOf(parsed.GetRequiredValue(study));
            var asked = await client.RetryAsync(name, parsed.GetRequiredValue(trial), cancellationToken);
            await terminal.Out.WriteLineAsync($"retry: trial {asked.Trial} of {name}");
        });
    }

    private static Argument<string> Study() =>
        new("study") { Description = "The study's name, or its sweep file." };

    private static Command WithServer(
        Command command, Func<ParseResult, SchedulerClient, CancellationToken, Task> call)
    {
        var server = new ServerOptions();
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Get(parsed);
            await call(parsed, client, cancellationToken);
            return ExitCode.Success;
        });
        return command;
    }
}
