using System.Text.Json;
using System.Text.Json.Serialization;

namespace TuneGraph.Training;

/// <summary>
/// Models as JSON, strictly: known kinds by short fixed names, no unknown or missing settings, ranges checked by the
/// settings themselves.
/// </summary>
internal static class ModelJson
{
    public static string Write(ModelSpec model) => JsonSerializer.Serialize(model, ModelJsonContext.Default.ModelSpec);

    /// <exception cref="JsonException">The text is no model.</exception>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public static ModelSpec Read(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ModelJsonContext.Default.ModelSpec)
                ?? throw new JsonException("The model is null.");
        }
        catch (NotSupportedException e)
        {
            throw new JsonException($"The model is of no known kind: {e.Message}", e);
        }
    }
}

/// <summary>Made by the compiler: no reflection at run time.</summary>
[JsonSourceGenerationOptions(
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, UseStringEnumConverter = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ModelSpec))]
internal sealed partial class ModelJsonContext : JsonSerializerContext;
