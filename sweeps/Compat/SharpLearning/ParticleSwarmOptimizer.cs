using TuneGraph.Search;

namespace TuneGraph.Compat.SharpLearning;

/// <summary>
/// Search by generations, in the shape of SharpLearning's particle swarm: behind it works <see cref="CmaSampler"/>, of
/// which a generation has as many trials as the swarm had particles.
/// </summary>
/// <param name="parameters">What is searched.</param>
/// <param name="maxIterations">How many generations there are.</param>
/// <param name="numberOfParticles">Evaluations in a generation. At least 4, default 10.</param>
/// <param name="c1">Not used; it stands here so that calls compile.</param>
/// <param name="c2">Not used; it stands here so that calls compile.</param>
/// <param name="seed">What chance begins with. Default 42.</param>
/// <param name="maxDegreeOfParallelism">How many at a time; −1, the default, for as many as there are cores.</param>
public sealed class ParticleSwarmOptimizer(
    IParameterSpec[] parameters,
    int maxIterations,
    int numberOfParticles = 10,
    double c1 = 2,
    double c2 = 2,
    int seed = 42,
    int maxDegreeOfParallelism = -1) : IOptimizer
{
    private readonly StudyOptimizer _study =
        new(parameters, new CmaSampler(new() { Population = numberOfParticles }), seed);

    /// <summary>What the constructor was given.</summary>
    public (double C1, double C2) Accelerations => (c1, c2);

    /// <inheritdoc/>
    public OptimizerResult OptimizeBest(Func<double[], OptimizerResult> functionToMinimize) =>
        StudyOptimizer.Best(Optimize(functionToMinimize));

    /// <inheritdoc/>
    public OptimizerResult[] Optimize(Func<double[], OptimizerResult> functionToMinimize) => _study.Run(
        functionToMinimize, maxIterations * numberOfParticles, numberOfParticles, maxDegreeOfParallelism);
}
