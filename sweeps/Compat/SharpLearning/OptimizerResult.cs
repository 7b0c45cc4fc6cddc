namespace TuneGraph.Compat.SharpLearning;

/// <summary>A parameter set and its error.</summary>
/// <param name="parameterSet">A value for each parameter.</param>
/// <param name="error">What is to be minimised; NaN where there is nothing to learn from.</param>
public sealed class OptimizerResult(double[] parameterSet, double error)
{
    /// <summary>What is to be minimised.</summary>
    public double Error { get; } = error;

    /// <summary>A value for each parameter.</summary>
    public double[] ParameterSet { get; } = parameterSet ?? throw new ArgumentNullException(nameof(parameterSet));
}
