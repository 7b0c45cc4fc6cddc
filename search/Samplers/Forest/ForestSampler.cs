namespace TuneGraph.Search;

/// <summary>
/// Sequential model-based optimisation with a random forest, as in SMAC (Hutter, Hoos and Leyton-Brown, LION 2011;
/// Lindauer et al., "SMAC3", JMLR 23 (2022)): a forest predicts mean and variance, and that configuration is proposed
/// whose expected improvement is the largest among random ones and those that local searches find from the best trials.
/// For categorical, conditional and rugged spaces; no configuration is proposed twice while others are left, nor one
/// that is likely to lie on a step of the objective where a trial has been.
/// </summary>
/// <remarks>
/// The trees split on inactive parameters too, so a conditional space needs no special case. By turns of chance it
/// exploits (losses count by rank, the largest expected improvement wins) and explores (losses count by value, and
/// among configurations within a tenth of the largest expected improvement, that farthest from all tried ones wins):
/// trees predict the same over whole boxes, and the first alone would stay in one. Running trials count as average
/// ones; pruned and paused ones with the last value they reported; infeasible ones as the worst.
/// </remarks>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class ForestSampler(ForestSamplerOptions? options = null) : Sampler
{
    private const double NearlyBest = 0.9;
    private const int MostCompared = 200;
    private const int MostLookedAt = 2000;

    /// <summary>The settings.</summary>
    public ForestSamplerOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public override string Name => "forest";

    /// <inheritdoc/>
    public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(random);
        var explore = random.NextDouble() < Options.ExploringShare;
        var targets = new ForestTargets(history, byRank: !explore);
        if (targets.Judged < Options.StartupTrials)
            return history.Index(this, h => new SobolSequence(h.Seed)).Suggest(space, history);
        var points = new ForestPoints(space);
        if (random.NextDouble() < Options.RandomShare)
            return points.Decoded(points.Draw(random));
        var known = targets.Trials.Select(points.Of).ToArray();
        var columns = space.Parameters.Select((_, place) => known.Select(codes => codes[place]).ToArray()).ToArray();
        var data = new ForestData(columns, points.Categories, targets.Values);
        var forest = RegressionForest.Fit(data, new() { Trees = Options.Trees }, random);
        var search = new ForestSearch(points, forest, targets.Values.AsSpan(0, targets.Judged).ToArray().Min());

        var starts = Enumerable.Range(0, targets.Judged).OrderBy(i => targets.Values[i])
            .Take(Options.LocalSearches).Select(i => points.Completed(known[i], random)).OfType<double[]>();
        var candidates = search.Candidates(starts, Options.RandomCandidates, random);
        var ordered = explore ? FarthestFirst(candidates, known, points) : candidates.Select(c => c.Row);
        var fresh = new FreshConfigurations(space, history);
        return ordered.Take(MostLookedAt).Select(points.Decoded).FirstOrDefault(fresh.Allow)
            ?? points.Decoded(candidates[0].Row);
    }

    /// <summary>Those nearly as good as the best, the farthest from all tried ones first; then the others.</summary>
    private static IEnumerable<double[]> FarthestFirst(
        List<(double Gain, double[] Row)> candidates, double[][] known, ForestPoints points)
    {
        var cut = candidates[0].Gain * NearlyBest;
        var near = candidates.Take(MostCompared).TakeWhile(c => c.Gain >= cut).ToList();
        return near.OrderByDescending(c => known.Min(row => points.Distance(row, c.Row)))
            .Concat(candidates.Skip(near.Count)).Select(c => c.Row);
    }
}
