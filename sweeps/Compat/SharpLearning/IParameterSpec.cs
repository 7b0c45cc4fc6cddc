namespace TuneGraph.Compat.SharpLearning;

/// <summary>What values a parameter can take.</summary>
public interface IParameterSpec
{
    /// <summary>The smallest value.</summary>
    double Min { get; }

    /// <summary>The largest value.</summary>
    double Max { get; }

    /// <summary>A value, drawn by the sampler.</summary>
    double SampleValue(IParameterSampler sampler);

    /// <summary>All values of a grid.</summary>
    /// <exception cref="NotSupportedException">The parameter is a range.</exception>
    double[] GetAllValues();
}
