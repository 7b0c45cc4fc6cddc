using System.Text.Json;
using System.Text.Json.Nodes;
using TuneGraph.Search;

namespace TuneGraph.Benchmarks;

/// <summary>A problem of the search-quality suite as a study sees it.</summary>
/// <param name="described">The server's description of its space.</param>
internal sealed class QualityProblem(JsonNode described)
{
    /// <summary>How many objectives it has.</summary>
    public int Objectives { get; } = (int)described["objectives"]!;

    /// <summary>How many epochs a full training takes; 0 where there are no learning curves.</summary>
    public int MaxResource { get; } = (int?)described["max_budget"] ?? 0;

    /// <summary>Its search space.</summary>
    public SearchSpace Space { get; } = new(described["params"]!.AsArray()
        .Select(p => new Parameter((string)p!["name"]!, DistributionOf(p), ConditionOf(p))));

    /// <summary>A configuration as the server reads it.</summary>
    public static JsonObject Json(Configuration configuration)
    {
        var json = new JsonObject();
        foreach (var (name, value) in configuration)
        {
            json[name] = value.Kind switch
            {
                ParameterKind.Float => value.AsFloat(),
                ParameterKind.Int => value.AsInt(),
                ParameterKind.Flag => value.AsFlag(),
                _ => value.AsText(),
            };
        }

        return json;
    }

    private static Distribution DistributionOf(JsonNode p)
    {
        var log = (bool?)p["log"] ?? false;
        return (string)p["type"]! switch
        {
            "float" => new FloatDistribution((double)p["low"]!, (double)p["high"]!, log, (double?)p["step"]),
            "int" => new IntDistribution((long)p["low"]!, (long)p["high"]!, log, (long?)p["step"] ?? 1),
            _ => new CategoricalDistribution([.. p["choices"]!.AsArray().Select(ValueOf)]),
        };
    }

    private static Condition? ConditionOf(JsonNode p) => p["condition"] is not JsonArray { Count: > 0 } terms
        ? null
        : terms.Select(t => Condition.On((string)t!["param"]!, [.. t["in"]!.AsArray().Select(ValueOf)]))
            .Aggregate((all, term) => all.And(term));

    private static ParameterValue ValueOf(JsonNode? value) => value!.GetValueKind() switch
    {
        JsonValueKind.String => (string)value!,
        JsonValueKind.True or JsonValueKind.False => (bool)value!,
        _ => value.AsValue().TryGetValue<long>(out var whole) ? whole : (double)value!,
    };
}
