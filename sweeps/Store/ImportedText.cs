using System.Text;
using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>Writes what is known of a past study's trial as JSON that keeps every bit, and reads it back.</summary>
internal static class ImportedText
{
    public static string Write(Configuration configuration) => Json(json =>
    {
        json.WriteStartObject();
        foreach (var (name, value) in configuration)
            json.WriteString(name, value.Encode());
        json.WriteEndObject();
    });

    public static string Write(ValueList values) => Json(json =>
    {
        json.WriteStartArray();
        foreach (var value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    });

    public static Configuration ReadConfiguration(string text)
    {
        using var document = JsonDocument.Parse(text);
        return new(document.RootElement.EnumerateObject()
            .Select(member => KeyValuePair.Create(member.Name, ParameterValue.Decode(member.Value.GetString()!))));
    }

    public static ValueList ReadValues(string text)
    {
        using var document = JsonDocument.Parse(text);
        return [.. document.RootElement.EnumerateArray().Select(value => value.GetDouble())];
    }

    private static string Json(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
