namespace TuneGraph.Compat.SharpLearning;

/// <summary>A range of numbers, both ends included.</summary>
public sealed class MinMaxParameterSpec : IParameterSpec
{
    private readonly ITransform _transform;

    /// <summary>A range on one of the known scales.</summary>
    /// <exception cref="ArgumentException">The range is empty, or does not go with the scale.</exception>
    public MinMaxParameterSpec(
        double min,
        double max,
        Transform transform = SharpLearning.Transform.Linear,
        ParameterType parameterType = ParameterType.Continuous)
        : this(min, max, TransformOf(transform), parameterType)
    {
        Scale = transform;
        if (transform == SharpLearning.Transform.Log10 && min <= 0)
            throw new ArgumentException($"A Log10 range must start above 0, and min is {min}; raise it.", nameof(min));
        if (transform == SharpLearning.Transform.ExponentialAverage && max >= 1)
            throw new ArgumentException(
                $"An ExponentialAverage range must end below 1, and max is {max}; lower it.", nameof(max));
    }

    /// <summary>A range on a scale of the caller's.</summary>
    /// <exception cref="ArgumentException">The range is empty.</exception>
    public MinMaxParameterSpec(
        double min, double max, ITransform transform, ParameterType parameterType = ParameterType.Continuous)
    {
        ArgumentNullException.ThrowIfNull(transform);
        if (!(min < max))
            throw new ArgumentException($"min is {min} and max {max}; min must lie below max.", nameof(min));
        (Min, Max, _transform, ParameterType) = (min, max, transform, parameterType);
    }

    /// <inheritdoc/>
    public double Min { get; }

    /// <inheritdoc/>
    public double Max { get; }

    /// <summary>The scale, where it is one of the known ones.</summary>
    internal Transform? Scale { get; }

    internal ParameterType ParameterType { get; }

    /// <inheritdoc/>
    public double SampleValue(IParameterSampler sampler) => _transform.Transform(Min, Max, ParameterType, sampler);

    /// <inheritdoc/>
    public double[] GetAllValues() =>
        throw new NotSupportedException(
            "A range has no list of all its values; use GridParameterSpec for a grid search.");

    private static ITransform TransformOf(Transform scale) => scale switch
    {
        SharpLearning.Transform.Log10 => new Log10Transform(),
        SharpLearning.Transform.ExponentialAverage => new ExponentialAverageTransform(),
        _ => new LinearTransform(),
    };
}
