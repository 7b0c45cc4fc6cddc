using System.CommandLine;
using System.CommandLine.Parsing;
using TuneGraph.Training;

namespace TuneGraph.Cli;

/// <summary>Wrong usage, told in one breath: what is wrong, what was probably meant, where to read more.</summary>
internal static class Misuse
{
    /// <summary>Whether an unknown option was taken for the one thing that the verb names.</summary>
    public static bool Hides(ParseResult parsed) =>
        parsed.Tokens.All(token => token.Type != TokenType.DoubleDash)
        && parsed.CommandResult.Children.OfType<ArgumentResult>().Any(argument =>
            argument.Argument.Arity.MaximumNumberOfValues == 1
            && argument.Tokens.Any(token => token.Value.StartsWith("--", StringComparison.Ordinal)));

    public static int Explain(ParseResult parsed, TextWriter error)
    {
        var command = parsed.CommandResult.Command;
        var options = command
            .Options.Concat(parsed.RootCommandResult.Command.Options)
            .Select(option => option.Name)
            .ToList();
        var unknown = parsed
            .Tokens.Select(token => token.Value.Split('=')[0])
            .Where(text =>
                text.StartsWith("--", StringComparison.Ordinal) && text.Length > 2 && !options.Contains(text)
            )
            .ToList();
        if (unknown.Count > 0)
        {
            foreach (var option in unknown)
                error.WriteLine($"error: '{option}' is no option of '{Name(command)}'{Meant(option, options)}.");
        }
        else if (command is RootCommand)
        {
            var verbs = command.Subcommands.Select(verb => verb.Name).ToList();
            error.WriteLine(
                parsed.UnmatchedTokens is [var written, ..]
                    ? $"error: '{written}' is no verb{Meant(written, verbs)}; verbs: {string.Join(", ", verbs)}."
                    : $"error: no verb was given; verbs: {string.Join(", ", verbs)}."
            );
        }
        else
        {
            foreach (var finding in parsed.Errors)
                error.WriteLine($"error: {Plain(finding)}");
        }

        error.WriteLine($"See 'tunegraph {(command is RootCommand ? "" : command.Name + " ")}--help'.");
        return ExitCode.Usage;
    }

    // The parser's own words name .NET types; a user wants to know what to write.
    private static string Plain(ParseError finding) =>
        !finding.Message.Contains("as expected type", StringComparison.Ordinal)
            ? finding.Message
            : finding.SymbolResult switch
            {
                OptionResult { Tokens: [{ Value: var written }], Option: { HelpName: { } form, Name: var name } } =>
                    $"'{written}' is no value for {name}; write {name} {(form == "n" ? "and a whole number" : form)}.",
                ArgumentResult { Tokens: [{ Value: var written }], Argument.Name: var name } =>
                    $"'{written}' is no {name}; write a whole number.",
                _ => finding.Message,
            };

    private static string Name(Command command) => command is RootCommand ? "tunegraph" : command.Name;

    private static string Meant(string written, IEnumerable<string> names) =>
        NearestName.Of(written, names) is { } nearest ? $" (did you mean '{nearest}'?)" : "";
}
