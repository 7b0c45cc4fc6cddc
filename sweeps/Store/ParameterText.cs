using System.Collections.Immutable;
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
            "categorical" => new CategoricalDistribution(
                [.. json.GetProperty("choices").EnumerateArray().Select(c => ParameterValue.Decode(c.GetString()!))],
                json.TryGetProperty("ordered", out var ordered) && ordered.GetBoolean(),
                json.TryGetProperty("weights", out var weights)
                    ? [.. weights.EnumerateArray().Select(weight => weight.GetDouble())]
                    : default
            ),
            "shaped" => new ShapedDistribution(
                ShapeOf(json),
                Number(json, "low"),
                Number(json, "high"),
                Number(json, "quantum"),
                json.GetProperty("whole").GetBoolean()
            ),
            var type => throw new StoreException($"The store holds a parameter of the unknown type '{type}': {text}"),
        };
        return new Parameter(json.GetProperty("name").GetString()!, distribution);
    }

    /// <summary>Several, one a line.</summary>
    public static string WriteAll(IEnumerable<Parameter> parameters) => string.Join('\n', parameters.Select(Write));

    /// <summary>What <see cref="WriteAll"/> has written.</summary>
    public static ImmutableArray<Parameter> ReadAll(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read)];

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
            case CategoricalDistribution choice:
                WriteChoice(json, choice);
                break;
            case ShapedDistribution shaped:
                json.WriteString("type", "shaped");
                WriteShape(json, shaped.Shape);
                WriteIfAny(json, "low", shaped.LowEnd);
                WriteIfAny(json, "high", shaped.HighEnd);
                WriteIfAny(json, "quantum", shaped.Quantum);
                json.WriteBoolean("whole", shaped.Whole);
                break;
            default:
                throw new UnreachableException($"Unhandled distribution {distribution.GetType().Name}.");
        }
    }

    private static void WriteChoice(Utf8JsonWriter json, CategoricalDistribution choice)
    {
        json.WriteString("type", "categorical");
        json.WriteStartArray("choices");
        foreach (var value in choice.Choices)
            json.WriteStringValue(value.Encode());
        json.WriteEndArray();
        if (choice.Ordered)
            json.WriteBoolean("ordered", true);
        if (choice.Weights.All(weight => weight == choice.Weights[0]))
            return;
        json.WriteStartArray("weights");
        foreach (var weight in choice.Weights)
            json.WriteNumberValue(weight);
        json.WriteEndArray();
    }

    private static void WriteShape(Utf8JsonWriter json, Shape shape)
    {
        var (name, first, second) = shape switch
        {
            UniformShape => ("uniform", (double?)null, (double?)null),
            LogUniformShape => ("logUniform", null, null),
            NormalShape normal => ("normal", normal.Mu, normal.Sigma),
            LogNormalShape normal => ("logNormal", normal.Mu, normal.Sigma),
            BetaShape beta => ("beta", beta.A, beta.B),
            _ => throw new UnreachableException($"Unhandled shape {shape.GetType().Name}."),
        };
        json.WriteString("shape", name);
        WriteIfAny(json, "first", first);
        WriteIfAny(json, "second", second);
    }

    private static Shape ShapeOf(JsonElement json)
    {
        double Of(string name) => json.GetProperty(name).GetDouble();
        return json.GetProperty("shape").GetString() switch
        {
            "uniform" => new UniformShape(),
            "logUniform" => new LogUniformShape(),
            "normal" => new NormalShape(Of("first"), Of("second")),
            "logNormal" => new LogNormalShape(Of("first"), Of("second")),
            "beta" => new BetaShape(Of("first"), Of("second")),
            var shape => throw new StoreException($"The store holds a parameter of the unknown shape '{shape}'."),
        };
    }

    private static double? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var number) ? number.GetDouble() : null;

    private static void WriteIfAny(Utf8JsonWriter json, string name, double? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
    }
}
