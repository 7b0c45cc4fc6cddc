using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>The outcome for machines: study, best trial, its configuration, validation and test metrics.</summary>
internal static class MetricsJson
{
    public static byte[] Write(SweepSummary summary, IReadOnlyList<KeyValuePair<string, double>> test)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 1);
            json.WriteString("study", summary.Spec.Name);
            json.WriteString("metric", summary.Spec.Objective.Metric);
            json.WriteString("direction", summary.Spec.Objective.Direction.ToString().ToLowerInvariant());
            WriteBest(json, summary.Best);
            WriteMetrics(json, "test", test);
            WriteStates(json, summary.Trials);
            json.WriteNumber("sharedSteps", summary.SharedSteps);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>Writes a configuration as an object of plain values.</summary>
    public static void WriteConfiguration(Utf8JsonWriter json, Configuration configuration)
    {
        json.WriteStartObject("parameters");
        foreach (var (name, value) in configuration)
        {
            switch (value.Kind)
            {
                case ParameterKind.Float:
                    json.WriteNumber(name, value.AsFloat());
                    break;
                case ParameterKind.Int:
                    json.WriteNumber(name, value.AsInt());
                    break;
                case ParameterKind.Flag:
                    json.WriteBoolean(name, value.AsFlag());
                    break;
                default:
                    json.WriteString(name, value.AsText());
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static void WriteBest(Utf8JsonWriter json, Trial best)
    {
        json.WriteStartObject("best");
        json.WriteNumber("trial", best.Number);
        json.WriteNumber("value", best.Value!.Value);
        json.WriteNumber("steps", best.LastStep ?? 0);
        WriteConfiguration(json, best.Configuration);
        json.WriteEndObject();
    }

    private static void WriteMetrics(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, double>> metrics)
    {
        json.WriteStartObject(name);
        foreach (var (metric, value) in metrics)
            json.WriteNumber(metric, value);
        json.WriteEndObject();
    }

    private static void WriteStates(Utf8JsonWriter json, IEnumerable<Trial> trials)
    {
        json.WriteStartObject("trials");
        foreach (var state in trials.CountBy(trial => trial.State).OrderBy(pair => pair.Key))
            json.WriteNumber(state.Key.ToString().ToLowerInvariant(), state.Value);
        json.WriteEndObject();
    }
}
