using TuneGraph.Search;

namespace TuneGraph.Compat.SharpLearning;

/// <summary>Draws evenly from a range.</summary>
/// <param name="seed">What chance begins with. Default 343.</param>
public sealed class RandomUniform(int seed = 343) : IParameterSampler
{
    private readonly SearchRandom _random = SearchRandom.For((ulong)(uint)seed, 0, "uniform");

    /// <inheritdoc/>
    public double Sample(double min, double max, ParameterType parameterType)
    {
        if (min > max)
            throw new ArgumentException($"min is {min} and max {max}; min must not exceed max.", nameof(min));
        return parameterType == ParameterType.Discrete
            ? Math.Ceiling(min) + _random.NextInt64((long)(Math.Floor(max) - Math.Ceiling(min)) + 1)
            : min + (_random.NextDouble() * (max - min));
    }
}
