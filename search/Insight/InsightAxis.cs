using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>How a parameter is laid out along an axis from 0 to 1, for a page to draw.</summary>
/// <param name="Name">The parameter.</param>
/// <param name="Log">Whether the axis is logarithmic.</param>
/// <param name="Low">The value at 0 of a numeric axis; null for choices.</param>
/// <param name="High">The value at 1 of a numeric axis; null for choices.</param>
/// <param name="Choices">The choices in order, evenly spread from end to end; empty for a numeric axis.</param>
public sealed record InsightAxis(
    string Name, bool Log, double? Low, double? High, ImmutableArray<ParameterValue> Choices)
{
    /// <summary>Of a shape's tails this much is left out at each end of the axis.</summary>
    private const double ShapeTail = 0.001;

    /// <summary>The axis of a parameter; of a shape it spans all but the outermost thousandth at each end.</summary>
    public static InsightAxis Of(Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return parameter.Distribution switch
        {
            FloatDistribution f => new(parameter.Name, f.Log, f.Low, f.High, []),
            IntDistribution i => new(parameter.Name, i.Log, i.Low, i.High, []),
            ShapedDistribution s => new(
                parameter.Name, false, s.Decode(ShapeTail).AsFloat(), s.Decode(1 - ShapeTail).AsFloat(), []),
            CategoricalDistribution c => new(parameter.Name, false, null, null, c.Choices),
            _ => new(parameter.Name, false, null, null, []),
        };
    }

    /// <summary>Where a value stands on the axis, from 0 to 1; null where it is none of the parameter's kind.</summary>
    public double? At(ParameterValue value)
    {
        if (Low is not { } low || High is not { } high)
            return Choices.IndexOf(value) is >= 0 and var i ? i / (double)Math.Max(1, Choices.Length - 1) : null;
        if (value.Kind is not (ParameterKind.Float or ParameterKind.Int))
            return null;
        var x = value.AsFloat();
        if (low == high)
            return 0.5;
        return Math.Clamp(Log ? Math.Log(x / low) / Math.Log(high / low) : (x - low) / (high - low), 0, 1);
    }

    /// <summary>Where an evaluation stands on the axis; null where the parameter is inactive.</summary>
    internal double? At(Evaluation evaluation) =>
        evaluation.Configuration.TryGet(Name, out var value) ? At(value) : null;
}
