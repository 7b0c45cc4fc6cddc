using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// The parameter forms of Weights &amp; Biases sweeps, read as they are: <c>values</c>, <c>value</c>, <c>min</c> and
/// <c>max</c>, <c>distribution</c>. A parameter is of this form when it has one of their keys and no <c>type</c>.
/// </summary>
internal static class WandbShape
{
    private static readonly string[] _keys = ["distribution", "value", "values", "probabilities", "min", "max"];

    private static readonly (string Name, Func<Fields, Distribution?> Read)[] _distributions =
    [
        ("constant", ShapedReading.Constant),
        ("categorical", Categorical),
        ("categorical_w_probabilities", Categorical),
        ("int_uniform", IntUniform),
        ("uniform", fields => Range(fields, log: false, min => min)),
        ("q_uniform", fields => Rounded(fields, new UniformShape(), min => min)),
        ("log_uniform", fields => Range(fields, log: true, Math.Exp)),
        ("log_uniform_values", fields => Range(fields, log: true, min => min)),
        ("q_log_uniform", fields => Rounded(fields, new LogUniformShape(), Math.Exp)),
        ("q_log_uniform_values", fields => Rounded(fields, new LogUniformShape(), min => min)),
        // The logarithm of 1/x is uniform exactly when that of x is; only the exponents' signs differ.
        ("inv_log_uniform", fields => Range(fields, log: true, exponent => Math.Exp(-exponent))),
        ("inv_log_uniform_values", fields => Range(fields, log: true, min => min)),
        ("normal", fields => Free(fields, ShapedReading.NormalShape(fields), rounded: false)),
        ("q_normal", fields => Free(fields, ShapedReading.NormalShape(fields), rounded: true)),
        ("log_normal", fields => Free(fields, ShapedReading.LogNormalShape(fields), rounded: false)),
        ("q_log_normal", fields => Free(fields, ShapedReading.LogNormalShape(fields), rounded: true)),
        ("beta", fields => Free(fields, ShapedReading.BetaShape(fields), rounded: false)),
        ("q_beta", fields => Free(fields, ShapedReading.BetaShape(fields), rounded: true)),
    ];

    private static ScalarReader<Func<Fields, Distribution?>?> Name { get; } = Scalars.OneOf(
        Array.ConvertAll(_distributions, named => (named.Name, (Func<Fields, Distribution?>?)named.Read)));

    /// <summary>Whether a parameter is written in one of these forms.</summary>
    public static bool IsWritten(YamlMap map) => map["type"] is null && _keys.Any(key => map[key] is not null);

    public static Distribution? Distribution(Fields fields)
    {
        if (fields.Optional("distribution", Name, null) is { } read)
            return read(fields);
        if (fields.Has("distribution"))
            return null; // a misspelt name; which keys go with it, nobody can tell
        return fields.Has("values") || fields.Has("probabilities") ? Categorical(fields)
            : fields.Has("value") ? ShapedReading.Constant(fields)
            : IsWhole(fields) ? IntUniform(fields)
            : Range(fields, log: false, min => min);
    }

    private static CategoricalDistribution? Categorical(Fields fields)
    {
        var values = fields.Required("values", SpaceReader.Choices, []);
        var probabilities = fields.Optional("probabilities", SpaceReader.Weights, default);
        return SpaceReader.Choice(fields, "values", values, false, "probabilities", probabilities);
    }

    private static bool IsWhole(Fields fields) => fields.IsInt("min") && fields.IsInt("max");

    private static IntDistribution? IntUniform(Fields fields)
    {
        var min = fields.Required("min", Scalars.Integer, 0);
        var max = fields.Required("max", Scalars.Integer, 0);
        if (!InOrder(fields, min, max))
            return null;
        if ((Int128)max - min < long.MaxValue)
            return new IntDistribution(min, max);
        fields.Fail("max", DiagnosticCode.OutOfRange,
            $"the range of {fields.Name} is wider than 64-bit integers can count; narrow it");
        return null;
    }

    private static FloatDistribution? Range(Fields fields, bool log, Func<double, double> value)
    {
        var (low, high) = Ends(fields, log, value);
        return fields.Clean ? new FloatDistribution(low, high, log) : null;
    }

    private static ShapedDistribution? Rounded(Fields fields, Shape shape, Func<double, double> value)
    {
        var (low, high) = Ends(fields, shape is LogUniformShape, value);
        return ShapedReading.Make(fields, shape, low, high, ShapedReading.Quantum(fields) ?? 1);
    }

    private static ShapedDistribution? Free(Fields fields, Shape? shape, bool rounded) =>
        ShapedReading.Make(
            fields, shape, null, null, rounded ? ShapedReading.Quantum(fields) ?? 1 : default(ParameterValue?));

    /// <summary>The ends of a range, whose values may be written as exponents, also of their inverses.</summary>
    private static (double Low, double High) Ends(Fields fields, bool log, Func<double, double> value)
    {
        var min = fields.Required("min", Scalars.FiniteNumber, 0);
        var max = fields.Required("max", Scalars.FiniteNumber, 0);
        if (!InOrder(fields, min, max))
            return (1, 2);
        var (low, high) = (Math.Min(value(min), value(max)), Math.Max(value(min), value(max)));
        if (log && low <= 0)
            fields.Fail("min", DiagnosticCode.LogFromZero, FormattableString.Invariant(
                $"min {min} of {fields.Name} does not go with a logarithm; raise it above 0"));
        else if (!double.IsFinite(high - low))
            fields.Fail("max", DiagnosticCode.OutOfRange,
                $"the range of {fields.Name} is too wide for floating-point numbers; narrow it");
        return (low, high);
    }

    private static bool InOrder<T>(Fields fields, T min, T max)
        where T : IComparable<T>, IFormattable
    {
        if (fields.Clean && min.CompareTo(max) > 0)
            fields.Fail("min", DiagnosticCode.LowAboveHigh, FormattableString.Invariant(
                $"min {min} of {fields.Name} lies above max {max}; exchange them"));
        return fields.Clean;
    }
}
