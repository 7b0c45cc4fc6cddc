using System.CommandLine;
using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph status</c>: how a stored study stands.</summary>
internal static class StatusCommand
{
    public static Command Create(Terminal terminal)
    {
        var study = StudyArgument.Create();
        var json = new Option<bool>("--json") { Description = "Write one JSON document." };
        var command = new Command("status", "Show how a stored study stands.") { study, json };
        var server = new ServerOptions();
        server.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = server.Find(parsed);
            if (client is not null)
            {
                var name = ServerOptions.NameOf(parsed.GetRequiredValue(study));
                var view = await client.StudyAsync(name, cancellationToken);
                Action<StudyView, TextWriter> write =
                    parsed.GetValue(json) ? RemoteView.WriteJson : RemoteView.Write;
                write(view, terminal.Out);
                return ExitCode.Success;
            }

            var located = StudyArgument.Find(parsed.GetRequiredValue(study));
            var trials = TrialSummary.From(located.Study);
            if (parsed.GetValue(json))
                WriteJson(located, trials, terminal);
            else
                WriteText(located, trials, terminal);
            return ExitCode.Success;
        });
        return command;
    }

    private static void WriteText(LocatedStudy located, IReadOnlyList<TrialSummary> trials, Terminal terminal)
    {
        var (study, output) = (located.Study, terminal.Out);
        var definition = study.Definition;
        output.WriteLine(
            $"study    {definition.Name} "
            + $"({located.State.ToString().ToLowerInvariant()}{(study.Reason is { } why ? $": {why}" : "")})"
        );
        output.WriteLine(
            $"goal     {string.Join(", ", definition.Objectives.Select(Goal))}, sampler "
            + $"{definition.Sampler}, pruner {definition.Pruner}, seed {definition.Seed}"
        );
        output.WriteLine($"trials   {trials.Count} of {definition.Trials}: {States(located, trials)}");
        output.WriteLine(
            TrialSummary.Best(trials, definition.Directions) is { } best
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"best     {ConfigurationText.Short(best.Values)} in trial {best.Number}: {best.Configuration}"
                )
                : "best     none yet"
        );
        if (TrialSummary.Best(trials, definition.Directions) is { Why: { } reason })
            output.WriteLine($"chosen   by {reason}");
        if (trials.Sum(trial => trial.Cost) is > 0 and var spent)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"cost     {spent:G6} in all"));
        if (study.SharedSteps > 0)
            output.WriteLine(SavedLine.Of(study.SharedSteps, study.SavedTime));
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"times    created {study.CreatedAt:u}, last change {study.ChangedAt:u}"
            )
        );
        output.WriteLine($"folder   {located.Folder}");
        if (located.State == StudyState.Interrupted)
            output.WriteLine("next     tunegraph run with --resume goes on where it stopped");
    }

    private static string Goal(ObjectiveSpec objective) =>
        $"{objective.Direction.ToString().ToLowerInvariant()} {objective.Metric}";

    private static string States(LocatedStudy located, IReadOnlyList<TrialSummary> trials) =>
        string.Join(", ", Counts(located, trials).Select(pair => $"{pair.Value} {pair.Key}"));

    // A trial cannot run without its process: it waits.
    private static IEnumerable<KeyValuePair<string, int>> Counts(
        LocatedStudy located,
        IReadOnlyList<TrialSummary> trials
    ) =>
        trials
            .CountBy(trial =>
                trial.State == TrialState.Running && located.State != StudyState.Running
                    ? TrialState.Waiting
                    : trial.State
            )
            .OrderBy(pair => pair.Key)
            .Select(pair => KeyValuePair.Create(pair.Key.ToString().ToLowerInvariant(), pair.Value));

    private static void WriteJson(LocatedStudy located, IReadOnlyList<TrialSummary> trials, Terminal terminal)
    {
        var definition = located.Study.Definition;
        JsonText.Write(
            terminal.Out,
            indented: true,
            json =>
            {
                json.WriteNumber("schemaVersion", 1);
                json.WriteString("study", definition.Name);
                json.WriteString("state", located.State.ToString().ToLowerInvariant());
                json.WriteString("reason", located.Study.Reason);
                json.WriteString("metric", definition.Metric);
                json.WriteString("direction", definition.Direction.ToString().ToLowerInvariant());
                json.WriteNumber("budget", definition.Trials);
                json.WriteNumber("sharedSteps", located.Study.SharedSteps);
                json.WriteNumber("savedSeconds", located.Study.SavedTime.TotalSeconds);
                json.WriteStartObject("trials");
                foreach (var (state, count) in Counts(located, trials))
                    json.WriteNumber(state, count);
                json.WriteEndObject();
                if (TrialSummary.Best(trials, definition.Directions) is { } best)
                {
                    json.WriteStartObject("best");
                    JsonText.WriteTrial(json, best);
                    json.WriteEndObject();
                }

                json.WriteString("createdAt", located.Study.CreatedAt);
                json.WriteString("changedAt", located.Study.ChangedAt);
                json.WriteString("folder", located.Folder);
            }
        );
    }
}
