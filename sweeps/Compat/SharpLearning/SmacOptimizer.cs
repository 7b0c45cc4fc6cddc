using TuneGraph.Search;

namespace TuneGraph.Compat.SharpLearning;

/// <summary>Search with a random forest, by <see cref="ForestSampler"/>.</summary>
/// <param name="parameters">What is searched.</param>
/// <param name="iterations">
/// How many rounds of <paramref name="functionEvaluationsPerIterationCount"/> evaluations follow the random start.
/// </param>
/// <param name="randomStartingPointCount">How many evenly spread parameter sets come first. Default 20.</param>
/// <param name="functionEvaluationsPerIterationCount">Evaluations in a round. Default 1.</param>
/// <param name="localSearchPointCount">From how many of the best a local search starts. Default 10.</param>
/// <param name="randomSearchPointCount">How many random candidates compete with it. Default 1000.</param>
/// <param name="epsilon">
/// Not used: a local search ends where no neighbour is better. It stands here so that calls compile.
/// </param>
/// <param name="seed">What chance begins with. Default 42.</param>
public sealed class SmacOptimizer(
    IParameterSpec[] parameters,
    int iterations,
    int randomStartingPointCount = 20,
    int functionEvaluationsPerIterationCount = 1,
    int localSearchPointCount = 10,
    int randomSearchPointCount = 1000,
    double epsilon = 0.00001,
    int seed = 42)
    : SurrogateOptimizer(
        new(
            parameters,
            new ForestSampler(new()
            {
                StartupTrials = Math.Max(2, randomStartingPointCount),
                LocalSearches = localSearchPointCount,
                RandomCandidates = randomSearchPointCount,
            }),
            seed),
        randomStartingPointCount, iterations, functionEvaluationsPerIterationCount, atATime: 1)
{
    /// <summary>What the constructor was given.</summary>
    public double Epsilon => epsilon;
}
