namespace TuneGraph.Compat.SharpLearning;

/// <summary>Listed values.</summary>
public sealed class GridParameterSpec : IParameterSpec
{
    private readonly double[] _values;

    /// <summary>These values, in this order; a grid search goes through them so.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public GridParameterSpec(params double[] parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (parameters.Length == 0)
            throw new ArgumentException("A grid needs at least one value.", nameof(parameters));
        _values = [.. parameters];
    }

    /// <inheritdoc/>
    public double Min => _values.Min();

    /// <inheritdoc/>
    public double Max => _values.Max();

    /// <inheritdoc/>
    public double SampleValue(IParameterSampler sampler)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        return _values[(int)sampler.Sample(0, _values.Length - 1, ParameterType.Discrete)];
    }

    /// <inheritdoc/>
    public double[] GetAllValues() => [.. _values];
}
