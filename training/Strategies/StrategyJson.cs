using System.Text.Json;
using System.Text.Json.Serialization;

namespace TuneGraph.Training;

/// <summary>Strategies as JSON: for keys and hashes.</summary>
internal static class StrategyJson
{
    public static string Write(TrainingStrategy strategy) =>
        JsonSerializer.Serialize(strategy, StrategyJsonContext.Default.TrainingStrategy);
}

/// <summary>Made by the compiler: no reflection at run time.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(TrainingStrategy))]
internal sealed partial class StrategyJsonContext : JsonSerializerContext;
