namespace TuneGraph.Compat.SharpLearning;

/// <summary>Draws numbers.</summary>
public interface IParameterSampler
{
    /// <summary>A number of the range; whole numbers include both ends.</summary>
    double Sample(double min, double max, ParameterType parameterType);
}
