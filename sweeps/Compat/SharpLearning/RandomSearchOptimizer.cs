using TuneGraph.Search;

namespace TuneGraph.Compat.SharpLearning;

/// <summary>Random search, by <see cref="RandomSampler"/>.</summary>
/// <param name="parameters">What is searched.</param>
/// <param name="iterations">How many parameter sets are evaluated.</param>
/// <param name="seed">What chance begins with. Default 42.</param>
/// <param name="runParallel">Whether several are evaluated at a time. Default true.</param>
/// <param name="maxDegreeOfParallelism">How many at a time; −1, the default, for as many as there are cores.</param>
public sealed class RandomSearchOptimizer(
    IParameterSpec[] parameters,
    int iterations,
    int seed = 42,
    bool runParallel = true,
    int maxDegreeOfParallelism = -1) : IOptimizer
{
    private readonly StudyOptimizer _study = new(parameters, new RandomSampler(), seed);

    /// <inheritdoc/>
    public OptimizerResult OptimizeBest(Func<double[], OptimizerResult> functionToMinimize) =>
        StudyOptimizer.Best(Optimize(functionToMinimize));

    /// <inheritdoc/>
    public OptimizerResult[] Optimize(Func<double[], OptimizerResult> functionToMinimize) =>
        _study.Run(functionToMinimize, iterations, iterations, runParallel ? maxDegreeOfParallelism : 1);

    /// <summary>Random parameter sets.</summary>
    public static double[][] SampleRandomParameterSets(
        int parameterSetCount, IParameterSpec[] parameters, IParameterSampler sampler)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return [.. Enumerable.Range(0, parameterSetCount).Select(_ => SampleParameterSet(parameters, sampler))];
    }

    /// <summary>A random parameter set.</summary>
    public static double[] SampleParameterSet(IParameterSpec[] parameters, IParameterSampler sampler)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return [.. parameters.Select(parameter => parameter.SampleValue(sampler))];
    }
}
