using System.Text.Json;

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
            if (summary.Spec.Objectives.Length > 1)
                WriteFront(json, summary);
            WriteMetrics(json, "test", test);
            WriteStates(json, summary.Trials);
            json.WriteNumber("sharedSteps", summary.SharedSteps);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void WriteBest(Utf8JsonWriter json, TrialSummary best)
    {
        json.WriteStartObject("best");
        json.WriteNumber("trial", best.Number);
        json.WriteNumber("value", best.Value!.Value);
        json.WriteNumber("steps", best.Steps);
        ConfigurationJson.Write(json, best.Configuration);
        json.WriteEndObject();
    }

    /// <summary>The trials of the front, each with its values by metric.</summary>
    private static void WriteFront(Utf8JsonWriter json, SweepSummary summary)
    {
        json.WriteStartArray("front");
        foreach (var trial in summary.Front)
        {
            json.WriteStartObject();
            json.WriteNumber("trial", trial.Number);
            WriteMetrics(
                json,
                "values",
                summary.Spec.Objectives.Zip(trial.Values, (goal, value) => KeyValuePair.Create(goal.Metric, value))
            );
            ConfigurationJson.Write(json, trial.Configuration);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteMetrics(
        Utf8JsonWriter json,
        string name,
        IEnumerable<KeyValuePair<string, double>> metrics
    )
    {
        json.WriteStartObject(name);
        foreach (var (metric, value) in metrics)
            json.WriteNumber(metric, value);
        json.WriteEndObject();
    }

    private static void WriteStates(Utf8JsonWriter json, IEnumerable<TrialSummary> trials)
    {
        json.WriteStartObject("trials");
        foreach (var state in trials.CountBy(trial => trial.State).OrderBy(pair => pair.Key))
            json.WriteNumber(state.Key.ToString().ToLowerInvariant(), state.Value);
        json.WriteEndObject();
    }
}
