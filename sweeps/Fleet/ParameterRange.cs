using System.Collections.Immutable;
using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// Another range of a parameter: ends of numbers, or choices. What is null stays as it is; the scale, the step and the
/// kind of the parameter stay in any case.
/// </summary>
public sealed record ParameterRange
{
    /// <summary>The smallest number, included.</summary>
    public JsonElement? Low { get; init; }

    /// <summary>The largest number, included.</summary>
    public JsonElement? High { get; init; }

    /// <summary>All choices, those that stay too.</summary>
    public ImmutableArray<JsonElement>? Choices { get; init; }

    /// <summary>This range on top of an earlier one.</summary>
    internal ParameterRange After(ParameterRange? earlier) =>
        earlier is null
            ? this
            : new ParameterRange
            {
                Low = Low ?? earlier.Low,
                High = High ?? earlier.High,
                Choices = Choices ?? earlier.Choices,
            };

    /// <summary>A parameter with this range.</summary>
    /// <exception cref="FleetException">It cannot have it; the message says why.</exception>
    internal Parameter In(Parameter known)
    {
        try
        {
            var distribution = known.Distribution switch
            {
                CategoricalDistribution choice when Choices is { } all && (Low ?? High) is null => Chosen(choice, all),
                CategoricalDistribution => throw new ArgumentException("it is a choice: give 'choices', all of them"),
                _ when Choices is not null || (Low ?? High) is null =>
                    throw new ArgumentException("it is a number: give 'low', 'high' or both"),
                FloatDistribution range => new FloatDistribution(
                    Number(Low) ?? range.Low, Number(High) ?? range.High, range.Log, range.Step),
                IntDistribution range => new IntDistribution(
                    Whole(Low) ?? range.Low, Whole(High) ?? range.High, range.Log, range.Step),
                ShapedDistribution range => new ShapedDistribution(
                    range.Shape, Number(Low) ?? range.LowEnd, Number(High) ?? range.HighEnd, range.Quantum,
                    range.Whole),
                var other => (Distribution)other,
            };
            return new Parameter(known.Name, distribution, known.When);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException)
        {
            throw new FleetException(
                FleetCode.BadRequest,
                $"The range of '{known.Name}' ({known.Distribution}) cannot be changed: {Words.Sentence(e.Message)}.");
        }
    }

    private static CategoricalDistribution Chosen(CategoricalDistribution known, ImmutableArray<JsonElement> all)
    {
        ImmutableArray<ParameterValue> choices = [.. all.Select(one => Known(known, ParameterJson.Value("", one)))];
        if (known.Weights.All(weight => weight == known.Weights[0]))
            return new CategoricalDistribution(choices, known.Ordered);
        if (choices.Any(choice => !known.Contains(choice)))
            throw new ArgumentException("its choices have weights, so choices can be taken away and none added");
        return new CategoricalDistribution(
            choices, known.Ordered, [.. choices.Select(choice => known.Weights[known.Choices.IndexOf(choice)])]);
    }

    // 8 is the choice 8.0, and "8" too where such is one.
    private static ParameterValue Known(CategoricalDistribution known, ParameterValue given) =>
        known.Choices.Where(choice => choice == given || choice.ToString() == given.ToString())
            .Cast<ParameterValue?>().FirstOrDefault() ?? given;

    private static double? Number(JsonElement? end) => end is { } given ? Numeric(given).AsFloat() : null;

    private static long? Whole(JsonElement? end) =>
        end is not { } given ? null
        : Numeric(given) is { Kind: ParameterKind.Int } whole ? whole.AsInt()
        : throw new ArgumentException($"its ends are integers, and {given.GetRawText()} is none");

    private static ParameterValue Numeric(JsonElement given) =>
        given.ValueKind == JsonValueKind.Number
            ? ParameterJson.Value("", given)
            : throw new ArgumentException($"its ends are numbers, and {given.GetRawText()} is none");
}
