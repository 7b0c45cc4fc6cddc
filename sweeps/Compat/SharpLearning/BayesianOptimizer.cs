using TuneGraph.Search;

namespace TuneGraph.Compat.SharpLearning;

/// <summary>
/// Model-based search, by <see cref="TpeSampler"/>: SharpLearning's own expects improvement from a forest over a
/// thousand random points; only the shape is the same.
/// </summary>
/// <param name="parameters">What is searched.</param>
/// <param name="iterations">
/// How many rounds of <paramref name="functionEvaluationsPerIterationCount"/> evaluations follow the random start.
/// </param>
/// <param name="randomStartingPointCount">How many random parameter sets come first. Default 5.</param>
/// <param name="functionEvaluationsPerIterationCount">Evaluations in a round. Default 1.</param>
/// <param name="randomSearchPointCount">How many candidates are compared for each suggestion. Default 1000.</param>
/// <param name="seed">What chance begins with. Default 42.</param>
/// <param name="runParallel">Whether a round's evaluations run at the same time. Default false.</param>
/// <param name="maxDegreeOfParallelism">How many at a time; −1, the default, for as many as there are cores.</param>
public sealed class BayesianOptimizer(
    IParameterSpec[] parameters,
    int iterations,
    int randomStartingPointCount = 5,
    int functionEvaluationsPerIterationCount = 1,
    int randomSearchPointCount = 1000,
    int seed = 42,
    bool runParallel = false,
    int maxDegreeOfParallelism = -1)
    : SurrogateOptimizer(
        new(
            parameters,
            new TpeSampler(new() { StartupTrials = randomStartingPointCount, Candidates = randomSearchPointCount }),
            seed),
        randomStartingPointCount, iterations, functionEvaluationsPerIterationCount,
        runParallel ? maxDegreeOfParallelism : 1);
