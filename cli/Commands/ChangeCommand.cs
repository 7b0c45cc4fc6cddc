using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph change</c>: a study may spend or take another amount, also while it runs.</summary>
internal static class ChangeCommand
{
    public static Command Create(Terminal terminal)
    {
        var study = new Argument<string>("study") { Description = "The study's name, or its sweep file." };
        var trials = Number<int?>("--trials", "How many trials it may have in all.");
        var steps = Number<int?>("--steps", "How many steps it may train in all; 0 for no limit.");
        var cost = Number<double?>("--cost", "What its trials may cost together; 0 for no limit.");
        var timeout = new Option<double?>("--timeout")
        {
            Description = "How long it may run, from when it last began or went on: 90s, 6h, 1h30m; 0 for no limit.",
            HelpName = "duration",
            CustomParser = result =>
            {
                var text = result.Tokens[^1].Value;
                if (text == "0")
                    return 0;
                if (DurationText.TryParse(text, out var duration))
                    return duration.TotalSeconds;
                result.AddError($"--timeout is '{text}'; write a duration such as 90s or 1h30m, or 0 for no limit.");
                return null;
            },
        };
        var priority = Number<int?>("--priority", "Its priority: higher ones go first. From -1000 to 1000.");
        var share = Number<double?>("--share", "Its share among those of its priority. From 0.001 to 1000.");
        var quota = Number<int?>("--quota", "Most slots that it takes at once; 0 for no limit.");
        var ranges = Ranges();
        var command = new Command(
            "change", "Change what a scheduler's study may spend, take of the workers and try, also while it runs.")
        {
            study, trials, steps, cost, timeout, priority, share, quota, ranges,
        };
        var server = new ServerOptions();
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Get(parsed);
            var change = new StudyChange
            {
                Trials = parsed.GetValue(trials),
                Steps = parsed.GetValue(steps),
                Cost = parsed.GetValue(cost),
                TimeoutSeconds = parsed.GetValue(timeout),
                Priority = parsed.GetValue(priority),
                Share = parsed.GetValue(share),
                Quota = parsed.GetValue(quota),
                Ranges = RangesOf(parsed.GetValue(ranges)),
            };
            var name = ServerOptions.NameOf(parsed.GetRequiredValue(study));
            var view = await client.ChangeAsync(name, change, cancellationToken);
            await terminal.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"change: {view.Name} ({view.State}), {view.Budget} trials, {Part(view)}"));
            foreach (var (parameter, range) in view.Ranges ?? ImmutableSortedDictionary<string, string>.Empty)
                await terminal.Out.WriteLineAsync($"range: {parameter}: {range}");
            return ExitCode.Success;
        });
        return command;
    }

    /// <summary>What a study may have of the workers.</summary>
    public static string Part(StudyView view) => string.Create(
        CultureInfo.InvariantCulture,
        $"priority {view.Priority}, share {view.Share}, "
            + $"{(view.Quota is { } most ? $"at most {most} slots" : "no quota")}");

    private static Option<string[]> Ranges()
    {
        var ranges = new Option<string[]>("--range")
        {
            Description = "Other ends of a number's range, lr=1e-4..0.1 or lr=..0.1, or all choices, opt=sgd,adam; "
                + "once for each parameter.",
            HelpName = "name=range",
        };
        ranges.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => !IsRange(token.Value)))
                result.AddError($"--range is '{token.Value}'; write lr=1e-4..0.1, lr=..0.1 or opt=sgd,adam.");
        });
        return ranges;
    }

    private static bool IsRange(string text) =>
        text.Split('=', 2) is [not "", var range] && range.Trim() is not ("" or "..");

    private static ImmutableSortedDictionary<string, ParameterRange>? RangesOf(string[]? texts) =>
        texts is null or []
            ? null
            : texts.Select(text => text.Split('=', 2)).ToImmutableSortedDictionary(
                pair => pair[0], pair => ValueText.ReadRange(pair[1]), StringComparer.Ordinal);

    private static Option<T> Number<T>(string name, string description) =>
        new(name) { Description = description, HelpName = "number" };
}
