using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>Configurations as JSON.</summary>
public static class ConfigurationJson
{
    /// <summary>Writes a configuration as the member <c>parameters</c>, an object of plain values.</summary>
    public static void Write(Utf8JsonWriter json, Configuration configuration)
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
}
