namespace TuneGraph.Compat.SharpLearning;

/// <summary>Evenly.</summary>
internal sealed class LinearTransform : ITransform
{
    public double Transform(double min, double max, ParameterType parameterType, IParameterSampler sampler)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        return sampler.Sample(min, max, parameterType);
    }
}

/// <summary>Evenly in orders of magnitude.</summary>
internal sealed class Log10Transform : ITransform
{
    public double Transform(double min, double max, ParameterType parameterType, IParameterSampler sampler)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        var value = Math.Pow(10, sampler.Sample(Math.Log10(min), Math.Log10(max), ParameterType.Continuous));
        return Math.Clamp(parameterType == ParameterType.Discrete ? Math.Round(value) : value, min, max);
    }
}

/// <summary>Evenly in the orders of magnitude of 1 − x.</summary>
internal sealed class ExponentialAverageTransform : ITransform
{
    public double Transform(double min, double max, ParameterType parameterType, IParameterSampler sampler)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        var power = sampler.Sample(Math.Log10(1 - max), Math.Log10(1 - min), ParameterType.Continuous);
        var value = 1 - Math.Pow(10, power);
        return Math.Clamp(parameterType == ParameterType.Discrete ? Math.Round(value) : value, min, max);
    }
}
