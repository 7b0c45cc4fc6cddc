using System.Collections.Immutable;
using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>Configurations as plain JSON values by name, and back with the help of the search space.</summary>
internal static class ParameterJson
{
    public static ImmutableSortedDictionary<string, JsonElement> Write(Configuration configuration)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            ConfigurationJson.Write(json, configuration);
            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(buffer.ToArray());
        return document
            .RootElement.GetProperty("parameters")
            .EnumerateObject()
            .ToImmutableSortedDictionary(item => item.Name, item => item.Value.Clone(), StringComparer.Ordinal);
    }

    /// <exception cref="FleetException">A value is no number, text or flag.</exception>
    public static Configuration Read(ImmutableSortedDictionary<string, JsonElement> values) =>
        new(values.Select(item => KeyValuePair.Create(item.Key, Value(item.Key, item.Value))));

    /// <exception cref="FleetException">It is no number, text or flag.</exception>
    public static ParameterValue Value(string name, JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number when value.TryGetInt64(out var whole) => whole,
            JsonValueKind.Number => value.GetDouble(),
            _ => throw new FleetException(
                FleetCode.BadRequest, $"The parameter '{name}' is {value.GetRawText()}; give a number, text or flag."),
        };
}
