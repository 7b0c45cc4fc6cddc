using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph.Cli;

/// <summary>JSON for machines: one object, ended by a line break.</summary>
internal static class JsonText
{
    public static void Write(TextWriter output, bool indented, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        var options = new JsonWriterOptions
        {
            Indented = indented,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>A trial's members, inside an object that the caller opened.</summary>
    public static void WriteTrial(Utf8JsonWriter json, TrialSummary trial)
    {
        json.WriteNumber("trial", trial.Number);
        json.WriteString("state", trial.State.ToString().ToLowerInvariant());
        if (trial.Value is { } value)
            json.WriteNumber("value", value);
        if (trial.Values.Length > 1)
            WriteNumbers(json, "values", trial.Values);
        if (trial.Constraints.Length > 0)
            WriteNumbers(json, "constraints", trial.Constraints);
        json.WriteNumber("steps", trial.Steps);
        ConfigurationJson.Write(json, trial.Configuration);
        if (trial.Cost is { } cost)
            json.WriteNumber("cost", cost);
        if (trial.Reason is { } reason)
            json.WriteString("reason", reason);
        if (trial.Why is { } why)
            json.WriteString("why", why);
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ValueList values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
