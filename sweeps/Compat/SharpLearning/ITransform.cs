namespace TuneGraph.Compat.SharpLearning;

/// <summary>Draws a number of a range on some scale.</summary>
public interface ITransform
{
    /// <summary>A number between <paramref name="min"/> and <paramref name="max"/>.</summary>
    double Transform(double min, double max, ParameterType parameterType, IParameterSampler sampler);
}
