using System.Collections.Immutable;
using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph.Cli;

/// <summary>A scheduler's studies, for people and for machines.</summary>
internal static class RemoteView
{
    public static void Write(StudyView study, TextWriter output)
    {
        var goals = study.Metrics.Zip(study.Directions, (metric, direction) => $"{direction} {metric}");
        output.WriteLine($"study    {study.Name} ({study.State}{(study.Reason is { } why ? $": {why}" : "")})");
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"goal     {string.Join(", ", goals)}, sampler {study.Sampler}, pruner {study.Pruner}, seed {study.Seed}"));
        var states = string.Join(", ", study.Trials.Select(pair => $"{pair.Value} {pair.Key}"));
        output.WriteLine($"trials   {study.Trials.Values.Sum()} of {study.Budget}: {states}");
        output.WriteLine(study.Best is { } best ? $"best     {Line(best)}" : "best     none yet");
        if ((study.Priority, study.Share, study.Quota) != (0, 1, null))
            output.WriteLine($"part     {ChangeCommand.Part(study)}");
        foreach (var (parameter, range) in study.Ranges ?? ImmutableSortedDictionary<string, string>.Empty)
            output.WriteLine($"range    {parameter}: {range}, changed since");
        if (study.SharedSteps > 0)
            output.WriteLine(SavedLine.Of(study.SharedSteps, TimeSpan.FromSeconds(study.SavedSeconds)));
        if (study.Waiting is { } waiting)
            output.WriteLine($"waiting  {waiting}");
        if (study.CreatedAt is { } created && study.ChangedAt is { } changed)
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"times    created {created:u}, last change {changed:u}"));
        output.WriteLine($"folder   {study.Folder}, on the scheduler");
    }

    public static void WriteJson(StudyView study, TextWriter output) =>
        JsonText.Write(
            output,
            indented: true,
            json =>
            {
                json.WriteNumber("schemaVersion", 1);
                json.WriteString("study", study.Name);
                json.WriteString("state", study.State);
                json.WriteString("reason", study.Reason);
                json.WriteString("metric", study.Metrics[0]);
                json.WriteString("direction", study.Directions[0]);
                json.WriteNumber("budget", study.Budget);
                json.WriteNumber("sharedSteps", study.SharedSteps);
                json.WriteNumber("savedSeconds", study.SavedSeconds);
                json.WriteStartObject("trials");
                foreach (var (state, count) in study.Trials)
                    json.WriteNumber(state, count);
                json.WriteEndObject();
                json.WriteString("folder", study.Folder);
            });

    public static string Line(TrialView trial) => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(", ", trial.Values)} in trial {trial.Trial}: {Parameters(trial)}");

    /// <summary>The trial as the library knows it.</summary>
    public static TrialSummary Summary(TrialView trial) =>
        new(
            trial.Trial,
            Enum.Parse<TrialState>(trial.State, ignoreCase: true),
            new Configuration(trial.Parameters.Select(item => KeyValuePair.Create(item.Key, ValueOf(item.Value)))),
            [.. trial.Values],
            trial.Steps,
            trial.Reason);

    private static string Parameters(TrialView trial) =>
        string.Join(", ", trial.Parameters.Select(item => $"{item.Key}={item.Value}"));

    private static ParameterValue ValueOf(System.Text.Json.JsonElement value) =>
        value.ValueKind switch
        {
            System.Text.Json.JsonValueKind.True => true,
            System.Text.Json.JsonValueKind.False => false,
            System.Text.Json.JsonValueKind.String => value.GetString()!,
            _ when value.TryGetInt64(out var whole) => whole,
            _ => value.GetDouble(),
        };
}
