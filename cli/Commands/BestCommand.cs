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
        command.SetAction(parsed =>
        {
            var argument = parsed.GetRequiredValue(study);
            var located = StudyArgument.Find(argument);
            var definition = located.Study.Definition;
            var best =
                TrialSummary.Best(TrialSummary.From(located.Study), definition.Directions)
                ?? throw new StudyNotFoundException($"No trial of the study at '{argument}' has completed yet.");
            Write(parsed.GetValue(json) ? BestForm.Json : parsed.GetValue(form), definition, best, terminal.Out);
            return ExitCode.Success;
        });
        return command;
    }

    private static void Write(BestForm form, StudyDefinition definition, TrialSummary best, TextWriter output)
    {
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
                output.Write(BestYaml.Write(definition.Name, best, definition.Metrics));
                break;
        }
    }
}

/// <summary>Form in which a configuration is printed.</summary>
internal enum BestForm
{
    Yaml,
    Json,
    Args,
    Env,
}
