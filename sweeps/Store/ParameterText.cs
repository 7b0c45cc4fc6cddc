using System.Diagnostics;
using System.Text;
using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// Writes a declared parameter as a line of JSON and reads it back, so that a define-by-run study can be restored.
/// </summary>
internal static class ParameterText
{
    public static string Write(Parameter parameter)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("name", parameter.Name);
            WriteDistribution(json, parameter.Distribution);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    public static Parameter Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        var json = document.RootElement;
        Distribution distribution = json.GetProperty("type").GetString() switch
        {
            "float" => new FloatDistribution(
                json.GetProperty("low").GetDouble(),
                json.GetProperty("high").GetDouble(),
                json.GetProperty("log").GetBoolean(),
                json.TryGetProperty("step", out var step) ? step.GetDouble() : null
            ),
            "int" => new IntDistribution(
                json.GetProperty("low").GetInt64(),
                json.GetProperty("high").GetInt64(),
                json.GetProperty("log").GetBoolean(),
                json.GetProperty("step").GetInt64()
            ),
            "categorical" => new CategoricalDistribution([
                .. json.GetProperty("choices")
                    .EnumerateArray()
                    .Select(choice => ParameterValue.Decode(choice.GetString()!)),
            ]),
            var type => throw new StoreException($"The store holds a parameter of the unknown type '{type}': {text}"),
        };
        return new Parameter(json.GetProperty("name").GetString()!, distribution);
    }

    private static void WriteDistribution(Utf8JsonWriter json, Distribution distribution)
    {
        switch (distribution)
        {
            case FloatDistribution range:
                json.WriteString("type", "float");
                json.WriteNumber("low", range.Low);
                json.WriteNumber("high", range.High);
                json.WriteBoolean("log", range.Log);
                if (range.Step is { } step)
                    json.WriteNumber("step", step);
                break;
            case IntDistribution range:
                json.WriteString("type", "int");
                json.WriteNumber("low", range.Low);
                json.WriteNumber("high", range.High);
                json.WriteBoolean("log", range.Log);
                json.WriteNumber("step", range.Step);
                break;
            case CategoricalDistribution { Choices: var choices }:
                json.WriteString("type", "categorical");
                json.WriteStartArray("choices");
                foreach (var choice in choices)
                    json.WriteStringValue(choice.Encode());
                json.WriteEndArray();
                break;
            default:
                throw new UnreachableException($"Unhandled distribution {distribution.GetType().Name}.");
        }
    }
}
