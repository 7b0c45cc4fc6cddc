using System.Collections.Immutable;
using System.Numerics;
using System.Text.RegularExpressions;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>Reads <c>space</c>: parameters by name.</summary>
internal sealed partial class SpaceReader : Reader<ImmutableArray<ParameterDraft>>
{
    private const int MostParameters = 1000;
    private const int MostChoices = 1000;

    public override string Expected => "a mapping of parameter names to parameters";

    private static TypedReader<(Distribution?, YamlNode?)> Parameter { get; } = new(
        ("float", fields => (Float(fields), When(fields))),
        ("int", fields => (Int(fields), When(fields))),
        ("categorical", fields => (Categorical(fields), When(fields))),
        ("constant", fields => (ShapedReading.Constant(fields), When(fields))),
        ("normal", fields => (ShapedReading.Normal(fields), When(fields))),
        ("logNormal", fields => (ShapedReading.LogNormal(fields), When(fields))),
        ("beta", fields => (ShapedReading.Beta(fields), When(fields))));

    private static MappingReader<(Distribution?, YamlNode?)> Foreign { get; } =
        new(fields => (WandbShape.Distribution(fields), When(fields)));

    public static ListReader<ParameterValue> Choices { get; } = new(Scalars.Choice, 1, MostChoices, fallback: "");

    public static ListReader<double> Weights { get; } =
        new(Scalars.Number(new Interval(1e-9, 1e9)), 1, MostChoices, fallback: 1);

    public override ImmutableArray<ParameterDraft> Read(Slot slot, ImmutableArray<ParameterDraft> otherwise)
    {
        if (slot.Node is not YamlMap map)
        {
            FailType(slot);
            return otherwise;
        }
        if (map.Entries.Length is 0 or > MostParameters)
        {
            slot.Fail(DiagnosticCode.OutOfRange,
                $"{slot.Name} must hold 1 to {MostParameters} parameters; it has {map.Entries.Length}");
            return otherwise;
        }
        ImmutableArray<ParameterDraft> drafts = [.. map.Entries.SelectMany(entry => ReadEntry(slot, entry, ""))];
        if (drafts.Length > MostParameters)
            slot.Fail(DiagnosticCode.OutOfRange,
                $"{slot.Name} must hold 1 to {MostParameters} parameters; with the nested ones it has {drafts.Length}");
        foreach (var twice in drafts.GroupBy(draft => draft.Name).SelectMany(same => same.Skip(1)))
            slot.File.Findings.Add(twice.Place, DiagnosticCode.DuplicateKey,
                $"there is a parameter '{Words.Short(twice.Name)}' already, nested or not; rename one of the two");
        return [.. drafts.DistinctBy(draft => draft.Name)];
    }

    /// <summary>
    /// A parameter, or, where it only groups others under <c>parameters</c>, those; their names begin with the group's.
    /// </summary>
    private static IEnumerable<ParameterDraft> ReadEntry(Slot outer, YamlEntry entry, string prefix)
    {
        var slot = outer.At(entry.Key, entry.Value);
        var name = prefix + entry.Key;
        if (entry.Value is not YamlMap { Entries: [{ Key: "parameters", Value: YamlMap inner }] })
            return [ReadParameter(slot, entry.Place, name)];
        var group = slot.At("parameters", inner);
        return inner.Entries.SelectMany(child => ReadEntry(group, child, name + "."));
    }

    private static ParameterDraft ReadParameter(Slot slot, Place place, string name)
    {
        var (distribution, when) = slot.Node is YamlMap map && WandbShape.IsWritten(map)
            ? Foreign.Read(slot, default)
            : Parameter.Read(slot, default);
        if (NameForm().IsMatch(name))
            return new ParameterDraft(place, name, slot, distribution, when);
        slot.File.Findings.Add(place, DiagnosticCode.Malformed,
            $"'{Words.Short(name)}' is no name for a parameter; " +
            "start with a letter or '_' and go on with letters, digits, '_', '.' and '-', at most 100");
        return new ParameterDraft(place, name, slot, null, when);
    }

    private static YamlNode? When(Fields fields) => fields.Optional("when", new NodeReader(), null);

    private static FloatDistribution? Float(Fields fields)
    {
        var range = Range(fields, Scalars.FiniteNumber, Scalars.Number(Interval.Above(0)));
        if (!fields.Clean)
            return null;
        if (!double.IsFinite(range.High - range.Low))
            fields.Fail("high", DiagnosticCode.OutOfRange,
                $"the range of {fields.Name} is too wide for floating-point numbers; narrow it");
        // Beyond 2^52 steps a double cannot tell neighbours apart.
        else if (range.Step is { } step && (range.High - range.Low) / step >= 1L << 52)
            fields.Fail("step", DiagnosticCode.OutOfRange,
                $"step of {fields.Name} is too small for its range; remove it");
        return fields.Clean ? new FloatDistribution(range.Low, range.High, range.Log, range.Step) : null;
    }

    private static IntDistribution? Int(Fields fields)
    {
        var range = Range(fields, Scalars.Integer, Scalars.PositiveInteger);
        if (fields.Clean && (Int128)range.High - range.Low >= long.MaxValue)
            fields.Fail("high", DiagnosticCode.OutOfRange,
                $"the range of {fields.Name} is wider than 64-bit integers can count; narrow it");
        return fields.Clean ? new IntDistribution(range.Low, range.High, range.Log, range.Step ?? 1) : null;
    }

    private static (T Low, T High, bool Log, T? Step) Range<T>(Fields fields, Reader<T> bound, Reader<T> distance)
        where T : struct, INumber<T>
    {
        var low = fields.Required("low", bound, T.Zero);
        var high = fields.Required("high", bound, T.Zero);
        var log = fields.Optional("log", Scalars.Flag, false);
        var step = fields.Maybe("step", distance);
        if (!fields.Clean)
            return default;
        if (low > high)
            fields.Fail("low", DiagnosticCode.LowAboveHigh,
                FormattableString.Invariant($"low {low} of {fields.Name} lies above high {high}; exchange them"));
        if (log && low <= T.Zero)
            fields.Fail("low", DiagnosticCode.LogFromZero,
                FormattableString.Invariant(
                    $"low {low} of {fields.Name} does not go with log: true; raise low above 0, or remove log"));
        if (log && step is not null)
            fields.Fail("step", DiagnosticCode.LogWithStep,
                $"{fields.Name} has log: true and a step; remove one of the two");
        return (low, high, log, step);
    }

    private static CategoricalDistribution? Categorical(Fields fields)
    {
        var choices = fields.Required("choices", Choices, []);
        var ordered = fields.Optional("ordered", Scalars.Flag, false);
        var weights = fields.Optional("weights", Weights, default);
        return Choice(fields, "choices", choices, ordered, "weights", weights);
    }

    /// <summary>A choice among different values, with as many weights as there are values or none.</summary>
    public static CategoricalDistribution? Choice(
        Fields fields,
        string choicesKey,
        ImmutableArray<ParameterValue> choices,
        bool ordered,
        string weightsKey,
        ImmutableArray<double> weights)
    {
        if (!fields.Clean)
            return null;
        for (var i = 1; i < choices.Length; i++)
        {
            var first = choices.IndexOf(choices[i]);
            if (first < i)
                fields.Fail($"{choicesKey}.{i}", DiagnosticCode.DuplicateChoice,
                    $"{ScalarWords.Describe(CoreScalar.OfValue(choices[i]))} is already item {first + 1} " +
                    $"of {fields.Name}.{choicesKey}; remove one of the two");
        }
        if (!weights.IsDefault && weights.Length != choices.Length)
            fields.Fail(weightsKey, DiagnosticCode.WeightsMismatch,
                $"{fields.Name} has {choices.Length} {choicesKey} and {weights.Length} {weightsKey}; " +
                "give one for each");
        return fields.Clean ? new CategoricalDistribution(choices, ordered, weights) : null;
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_.-]{0,99}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();

    /// <summary>Keeps a piece for later.</summary>
    private sealed class NodeReader : Reader<YamlNode?>
    {
        public override string Expected => "a condition";

        public override YamlNode? Read(Slot slot, YamlNode? otherwise) => slot.Node;
    }
}
