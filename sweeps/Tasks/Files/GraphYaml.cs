using System.Globalization;
using System.Text;
using System.Text.Json;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>Writes named tasks as YAML. Texts and values are JSON, which every YAML reader takes.</summary>
internal static class GraphYaml
{
    public static string Write(IEnumerable<NamedTask> tasks)
    {
        var text = new StringBuilder("apiVersion: tunegraph/v1\nkind: Graph\ntasks:\n");
        foreach (var task in tasks)
        {
            text.Append($"  {Quoted(task.Key.Value)}:\n    call: {Quoted(task.Call.Method)}\n");
            if (!task.Call.Arguments.IsEmpty)
                text.Append("    with:\n");
            foreach (var argument in task.Call.Arguments)
                text.Append($"      {Quoted(argument.Name)}: {ValueOf(argument)}\n");
            if (!task.After.IsEmpty)
                text.Append($"    after: [{string.Join(", ", task.After.Select(key => Quoted(key.Value)))}]\n");
            WriteSettings(text, task.Settings);
        }
        return text.ToString();
    }

    private static void WriteSettings(StringBuilder text, TaskSettings settings)
    {
        if (settings.Priority != 0)
            text.Append(CultureInfo.InvariantCulture, $"    priority: {settings.Priority}\n");
        if (settings.MaxRetries != 0)
            text.Append(CultureInfo.InvariantCulture, $"    retries: {settings.MaxRetries}\n");
        if (settings.Timeout > TimeSpan.Zero)
            text.Append($"    timeout: {DurationOf(settings.Timeout)}\n");
        if (settings.Backoff != Backoff.None)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"    backoff: {{ initial: {DurationOf(settings.Backoff.Initial)}, "
                + $"factor: {settings.Backoff.Factor:R}, maximum: {DurationOf(settings.Backoff.Maximum)} }}\n");
        }
        if (!settings.Resources.IsNone)
            WriteResources(text, settings.Resources);
    }

    private static void WriteResources(StringBuilder text, ResourceVector resources)
    {
        text.Append(CultureInfo.InvariantCulture,
            $"    resources: {{ cores: {resources.Cores:R}, memoryBytes: {resources.MemoryBytes}, "
            + $"accelerators: {resources.Accelerators}, named: {{");
        text.AppendJoin(',', resources.Named.Select(named =>
            string.Create(CultureInfo.InvariantCulture, $" {Quoted(named.Key)}: {named.Value:R}")));
        text.Append(" } }\n");
    }

    private static string ValueOf(MethodArgument argument) => argument switch
    {
        ResultArgument result => $"{{ resultOf: {Quoted(result.Task.Value)} }}",
        ResultsArgument results =>
            $"{{ resultsOf: [{string.Join(", ", results.Tasks.Select(task => Quoted(task.Value)))}] }}",
        _ => ((ValueArgument)argument).Json,
    };

    private static string DurationOf(TimeSpan duration) => duration.Ticks % TimeSpan.TicksPerSecond == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalSeconds}s")
        : throw new ArgumentException(
            $"A duration of {duration:c} can't be written to a graph file: only whole seconds can.", nameof(duration));

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
