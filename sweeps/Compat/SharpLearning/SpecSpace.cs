using TuneGraph.Search;

namespace TuneGraph.Compat.SharpLearning;

/// <summary>
/// A search space for parameter specs, and the way between its configurations and parameter sets. A grid is searched by
/// the place in its list, and a spec of the caller's own by the number that it would be given by its sampler.
/// </summary>
internal sealed class SpecSpace
{
    /// <summary>Of a spec that cannot be turned around, this many values are compared.</summary>
    private const int Compared = 1024;

    private readonly IParameterSpec[] _specs;
    private readonly double[]?[] _grids;

    public SpecSpace(IParameterSpec[] specs)
    {
        ArgumentNullException.ThrowIfNull(specs);
        _specs = [.. specs];
        _grids = [.. specs.Select(spec => (spec as GridParameterSpec)?.GetAllValues())];
        Space = new(specs.Select((_, i) => new Parameter($"p{i}", DistributionOf(i))));
    }

    /// <summary>A parameter for each spec, in order.</summary>
    public SearchSpace Space { get; }

    /// <summary>A value for each spec.</summary>
    public double[] Values(Configuration configuration) =>
        [.. _specs.Select((_, i) => Value(i, configuration.Items[i].Value))];

    /// <summary>The configuration nearest to a parameter set.</summary>
    /// <exception cref="ArgumentException">The set has not one value for each spec.</exception>
    public Configuration Configured(IReadOnlyList<double> values)
    {
        if (values.Count != _specs.Length)
            throw new ArgumentException(
                $"The parameter set has {values.Count} values; there are {_specs.Length} parameters.", nameof(values));
        return new(_specs.Select((_, i) => KeyValuePair.Create($"p{i}", Back(i, values[i]))));
    }

    private Distribution DistributionOf(int i) => _specs[i] switch
    {
        GridParameterSpec => new IntDistribution(0, _grids[i]!.Length - 1),
        MinMaxParameterSpec { Scale: Transform.Linear or Transform.Log10 } range =>
            range.ParameterType == ParameterType.Discrete
                ? new IntDistribution(
                    (long)Math.Ceiling(range.Min), (long)Math.Floor(range.Max), range.Scale == Transform.Log10)
                : new FloatDistribution(range.Min, range.Max, range.Scale == Transform.Log10),
        _ => new FloatDistribution(0, 1),
    };

    private bool IsDrawn(int i) => _specs[i] is not (
        GridParameterSpec or MinMaxParameterSpec { Scale: Transform.Linear or Transform.Log10 });

    private double Value(int i, ParameterValue value) =>
        _grids[i] is { } grid ? grid[value.AsInt()]
        : IsDrawn(i) ? _specs[i].SampleValue(new FixedSampler(value.AsFloat()))
        : value.AsFloat();

    private ParameterValue Back(int i, double value)
    {
        if (_grids[i] is { } grid)
            return Enumerable.Range(0, grid.Length).MinBy(k => Math.Abs(grid[k] - value));
        if (IsDrawn(i))
            return Enumerable.Range(0, Compared + 1).Select(k => k / (double)Compared)
                .MinBy(u => Math.Abs(_specs[i].SampleValue(new FixedSampler(u)) - value));
        return Space.Parameters[i].Distribution is IntDistribution whole
            ? ParameterValue.Int(Math.Clamp((long)Math.Round(value), whole.Low, whole.High))
            : ParameterValue.Float(Math.Clamp(value, _specs[i].Min, _specs[i].Max));
    }

    /// <summary>Gives the same share of every range.</summary>
    private sealed class FixedSampler(double share) : IParameterSampler
    {
        public double Sample(double min, double max, ParameterType parameterType)
        {
            if (parameterType == ParameterType.Continuous)
                return min + (share * (max - min));
            var (first, last) = (Math.Ceiling(min), Math.Floor(max));
            return Math.Min(last, first + Math.Floor(share * (last - first + 1)));
        }
    }
}
