using System.CommandLine;
using System.Globalization;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph best</c>: the best trial of a stored study, in a form of the user's choice.</summary>
internal static class BestCommand
{
    public static Command Create(Terminal terminal)
    {
        var study = StudyArgument.Create();
        var form = new Option<BestForm>("--as")
        {
            Description = "yaml (default), json, args (--name=value …) or env (NAME=value).",
            HelpName = "yaml|json|args|env",
        };
        var json = new Option<bool>("--json") { Description = "The same as --as json." };
        var command = new Command("best", "Print the best configuration of a stored study.") { study, form, json };
        var server = new ServerOptions();
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var argument = parsed.GetRequiredValue(study);
            using var client = server.Find(parsed);
            var found = client is null ? Local(argument) : await RemoteAsync(client, argument, cancellationToken);
            Write(parsed.GetValue(json) ? BestForm.Json : parsed.GetValue(form), found, terminal.Out);
            return ExitCode.Success;
        });
        return command;
    }

    private static FoundBest Local(string argument)
    {
        var located = StudyArgument.Find(argument);
        var definition = located.Study.Definition;
        var best =
            TrialSummary.Best(TrialSummary.From(located.Study), definition.Directions)
            ?? throw new StudyNotFoundException($"No trial of the study at '{argument}' has completed yet.");
        return new FoundBest(definition.Name, [.. definition.Metrics], best);
    }

    private static async Task<FoundBest> RemoteAsync(
        SchedulerClient client, string argument, CancellationToken cancellationToken)
    {
        var name = ServerOptions.NameOf(argument);
        var study = await client.StudyAsync(name, cancellationToken);
        var best = await client.BestAsync(name, cancellationToken);
        return new FoundBest(study.Name, [.. study.Metrics], RemoteView.Summary(best));
    }

    private static void Write(BestForm form, FoundBest found, TextWriter output)
    {
        var (study, metrics, best) = found;
        switch (form)
        {
            case BestForm.Json:
                JsonText.Write(output, indented: true, json => JsonText.WriteTrial(json, best));
                break;
            case BestForm.Args:
                output.WriteLine(
                    string.Join(' ', best.Configuration.Items.Select(pair => $"--{pair.Key}={pair.Value}"))
                );
                break;
            case BestForm.Env:
                foreach (var (name, value) in best.Configuration)
                    output.WriteLine(
                        $"{name.ToUpper(CultureInfo.InvariantCulture).Replace('.', '_').Replace('-', '_')}={value}"
                    );
                break;
            default:
                output.Write(BestYaml.Write(study, best, metrics));
                break;
        }
    }

    /// <summary>A best trial, and whose it is.</summary>
    private sealed record FoundBest(string Study, string[] Metrics, TrialSummary Trial);
}

/// <summary>Form in which a configuration is printed.</summary>
internal enum BestForm
{
    Yaml,
    Json,
    Args,
    Env,
}
