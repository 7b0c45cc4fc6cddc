using TuneGraph.Search;

namespace TuneGraph;

/// <summary>The keys of parameters that are not simply ranges or lists.</summary>
internal static class ShapedReading
{
    private static readonly Interval _betaRange = new(0.01, 10_000);

    public static CategoricalDistribution? Constant(Fields fields)
    {
        var value = fields.Required("value", Scalars.Choice, "");
        return fields.Clean ? CategoricalDistribution.Of(value) : null;
    }

    public static ShapedDistribution? Normal(Fields fields) => Cut(fields, NormalShape(fields));

    public static ShapedDistribution? LogNormal(Fields fields) => Cut(fields, LogNormalShape(fields));

    public static ShapedDistribution? Beta(Fields fields) => Cut(fields, BetaShape(fields));

    public static Shape? NormalShape(Fields fields)
    {
        var mu = fields.Optional("mu", Scalars.FiniteNumber, 0);
        var sigma = fields.Optional("sigma", Scalars.Number(Interval.Above(0)), 1);
        return fields.Clean ? new NormalShape(mu, sigma) : null;
    }

    public static Shape? LogNormalShape(Fields fields)
    {
        var mu = fields.Optional("mu", Scalars.Number(new Interval(-300, 300)), 0);
        var sigma = fields.Optional("sigma", Scalars.Number(new Interval(0, 50, LowOpen: true)), 1);
        return fields.Clean ? new LogNormalShape(mu, sigma) : null;
    }

    public static Shape? BetaShape(Fields fields)
    {
        var a = fields.Required("a", Scalars.Number(_betaRange), 1);
        var b = fields.Required("b", Scalars.Number(_betaRange), 1);
        return fields.Clean ? new BetaShape(a, b) : null;
    }

    /// <summary>What the values are rounded to multiples of; integers where it is written as one.</summary>
    public static ParameterValue? Quantum(Fields fields)
    {
        var quantum = fields.Maybe("q", Scalars.Choice);
        if (quantum is { Kind: ParameterKind.Float or ParameterKind.Int } number && number.AsFloat() > 0)
            return number;
        if (quantum is { } other)
            fields.Fail("q", DiagnosticCode.OutOfRange,
                $"{fields.Name}.q must be a number above 0, not {ScalarWords.Describe(CoreScalar.OfValue(other))}");
        return null;
    }

    /// <summary>The shape between its ends; what the distribution objects to is reported.</summary>
    public static ShapedDistribution? Make(
        Fields fields, Shape? shape, double? low, double? high, ParameterValue? quantum)
    {
        if (!fields.Clean || shape is null)
            return null;
        try
        {
            return new(shape, low, high, quantum?.AsFloat(), quantum is { Kind: ParameterKind.Int });
        }
        catch (ArgumentException e)
        {
            fields.Fail("", DiagnosticCode.ImpossibleShape, $"{fields.Name} is {Words.Sentence(e.Message)}");
            return null;
        }
    }

    private static ShapedDistribution? Cut(Fields fields, Shape? shape) =>
        Make(fields, shape, fields.Maybe("low", Scalars.FiniteNumber), fields.Maybe("high", Scalars.FiniteNumber),
            Quantum(fields));
}
