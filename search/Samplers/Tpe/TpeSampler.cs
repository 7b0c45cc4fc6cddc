using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>
/// The tree-structured Parzen estimator (Bergstra et al., NeurIPS 2011; Watanabe, arXiv 2304.11127), multivariate,
/// with the kernels of Optuna 5. The trials so far are split into the good and the others; a density l(x) is laid over
/// the good and g(x) over the others, one kernel a trial over all dimensions at once; candidates are drawn from l, and
/// that with the largest l(x) / g(x) is proposed. Of several objectives the good are the first fronts, the last of them
/// cut to the largest hypervolume (Ozaki et al., JAIR 73, 2022).
/// </summary>
/// <remarks>
/// Trials that run count among the others, so that parallel ones keep apart (the constant liar), and so do those that
/// failed; pruned and paused ones rank behind the completed by the step they reached and their value there; infeasible
/// ones come last, by how much they break. In a conditional space each group of parameters that share a condition is
/// drawn jointly, parents first, from the trials in which it was active.
/// </remarks>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class TpeSampler(TpeOptions? options = null) : Sampler
{
    /// <summary>The settings.</summary>
    public TpeOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public override string Name => "tpe";

    /// <inheritdoc/>
    public override int MostObjectives => StudyOptions.MostObjectives;

    /// <inheritdoc/>
    public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(random);
        var split = TpeSplit.Of(history, Options);
        if (split.Judged < Options.StartupTrials)
            return space.Draw(random);
        var values = new ParameterValue?[space.Parameters.Length];
        foreach (var group in space.Groups)
        {
            if (space.IsActive(group[0], values))
                Propose(space, group, split, random, values);
        }

        return space.Assemble(values);
    }

    /// <summary>Fills in the parameters of one group.</summary>
    private void Propose(
        SearchSpace space, ImmutableArray<int> group, TpeSplit split, SearchRandom random, ParameterValue?[] values)
    {
        var free = new List<int>(group.Length);
        foreach (var place in group)
        {
            if (space.Parameters[place].Distribution.Cardinality == 1)
                values[place] = space.Parameters[place].Distribution.Decode(0);
            else
                free.Add(place);
        }

        if (free.Count == 0)
            return;
        var narrowing = Options.NarrowingFor(split.Objectives);
        var good = ParzenEstimator.Fit(space, free, split.Good, narrowing, split.Weights);
        var others = ParzenEstimator.Fit(space, free, split.Others, narrowing);
        var candidates = good.Draw(random, Options.CandidatesFor(split.Objectives));
        var best = MostPromising(good, others, candidates);
        for (var d = 0; d < free.Count; d++)
            values[free[d]] = space.Parameters[free[d]].Distribution.Decode(candidates[d][best]);
    }

    /// <summary>The candidate with the largest l / g; of equal ones the first.</summary>
    private static int MostPromising(ParzenEstimator good, ParzenEstimator others, double[][] candidates)
    {
        var l = good.LogDensity(candidates);
        var g = others.LogDensity(candidates);
        var best = 0;
        for (var c = 1; c < l.Length; c++)
        {
            if (l[c] - g[c] > l[best] - g[best])
                best = c;
        }

        return best;
    }
}
