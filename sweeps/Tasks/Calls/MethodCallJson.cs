using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>
/// The JSON form of a call: <c>{"method":"Acme.Prices.Load","arguments":{"path":{"value":"a.csv"}}}</c>; instead of
/// <c>value</c>, <c>resultOf</c> names a task and <c>resultsOf</c> lists several.
/// </summary>
internal static class MethodCallJson
{
    public static string Write(MethodCall call)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("method", call.Method);
            json.WriteStartObject("arguments");
            foreach (var argument in call.Arguments)
            {
                json.WriteStartObject(argument.Name);
                Write(json, argument);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static MethodCall Read(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new TuneGraphException($"This is no method call: {e.Message} It has to look like {Sample}.", e);
        }
    }

    private const string Sample = """{"method":"Acme.Prices.Load","arguments":{"path":{"value":"a.csv"}}}""";

    private static void Write(Utf8JsonWriter json, MethodArgument argument)
    {
        switch (argument)
        {
            case ValueArgument value:
                json.WritePropertyName("value");
                json.WriteRawValue(value.Json);
                break;
            case ResultArgument result:
                json.WriteString("resultOf", result.Task.Value);
                break;
            case ResultsArgument results:
                json.WriteStartArray("resultsOf");
                foreach (var task in results.Tasks)
                    json.WriteStringValue(task.Value);
                json.WriteEndArray();
                break;
        }
    }

    private static MethodCall Read(JsonElement root)
    {
        string? method = null;
        ImmutableArray<MethodArgument> arguments = [];
        foreach (var field in root.EnumerateObject())
        {
            switch (field.Name)
            {
                case "method": method = field.Value.GetString(); break;
                case "arguments": arguments = [.. field.Value.EnumerateObject().Select(ReadArgument)]; break;
                default: throw new JsonException($"Unknown property '{field.Name}'.");
            }
        }
        return new MethodCall { Method = method ?? throw new JsonException("No 'method'."), Arguments = arguments };
    }

    private static MethodArgument ReadArgument(JsonProperty argument)
    {
        var fields = argument.Value.EnumerateObject().ToList();
        if (fields is not [var only])
            throw new JsonException($"Argument '{argument.Name}' needs one of value, resultOf, resultsOf.");
        return only.Name switch
        {
            "value" => new ValueArgument(argument.Name, only.Value.GetRawText()),
            "resultOf" => new ResultArgument(argument.Name, KeyOf(only.Value)),
            "resultsOf" => new ResultsArgument(argument.Name, [.. only.Value.EnumerateArray().Select(KeyOf)]),
            _ => throw new JsonException($"Unknown property '{only.Name}' of argument '{argument.Name}'."),
        };
    }

    private static TaskKey KeyOf(JsonElement text) =>
        text.GetString() is { Length: > 0 } key ? key : throw new JsonException("A task's key is empty.");
}
