using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>
/// BOHB's model (Falkner, Klein and Hutter, "BOHB: robust and efficient hyperparameter optimization at scale", ICML
/// 2018, Algorithm 2), for a study that <see cref="HyperbandPruner"/> prunes: with a chance ρ a random configuration,
/// else that with the largest l(x) / g(x), l and g being densities over the good and the other trials at the largest
/// budget at which there are enough.
/// </summary>
/// <remarks>
/// A trial counts at every budget that it has reached, with its value there; a budget is a step at which some trial
/// was paused, stopped or completed. Densities are those of <see cref="TpeSampler"/>, with Optuna's bandwidths in place
/// of the normal reference rule, and l is not widened for drawing. In a conditional space each group of parameters that
/// share a condition is drawn jointly, from the trials in which it was active.
/// </remarks>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class BohbSampler(BohbOptions? options = null) : Sampler
{
    /// <summary>The settings.</summary>
    public BohbOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public override string Name => "bohb";

    /// <inheritdoc/>
    public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(random);
        var chance = random.NextDouble();
        var ranked = chance < Options.RandomShare
            ? null
            : BohbBudget.Largest(history, space.Parameters.Length + Options.LeastAboveParameters + 1);
        if (ranked is null)
            return space.Build(parameter => RandomSampler.Draw(parameter.Distribution, random));
        var least = space.Parameters.Length + 1; // N_min
        var good = Math.Clamp((int)(Options.GoodShare * ranked.Count), Math.Min(least, ranked.Count / 2), ranked.Count);
        var values = new ParameterValue?[space.Parameters.Length];
        foreach (var group in space.Groups)
        {
            if (space.IsActive(group[0], values))
                Propose(space, group, [.. ranked.Take(good)], [.. ranked.Skip(good)], random, values);
        }

        return space.Assemble(values);
    }

    private void Propose(
        SearchSpace space, ImmutableArray<int> group, List<Trial> good, List<Trial> others, SearchRandom random,
        ParameterValue?[] values)
    {
        foreach (var place in group.Where(place => space.Parameters[place].Distribution.Cardinality == 1))
            values[place] = space.Parameters[place].Distribution.Decode(0);
        int[] free = [.. group.Where(place => space.Parameters[place].Distribution.Cardinality != 1)];
        if (free.Length == 0)
            return;
        var scratch = new TpeScratch();
        var l = ParzenEstimator.Fit(space, free, good, narrowing: 1, scratch, [.. good.Select(_ => 1.0)]);
        var g = ParzenEstimator.Fit(space, free, others, narrowing: 1, scratch);
        var candidates = l.Draw(random, Options.Candidates);
        var (high, low) = (l.LogDensity(candidates), g.LogDensity(candidates));
        var best = 0;
        for (var c = 1; c < high.Length; c++)
        {
            if (high[c] - low[c] > high[best] - low[best])
                best = c;
        }

        for (var d = 0; d < free.Length; d++)
            values[free[d]] = space.Parameters[free[d]].Distribution.Decode(candidates[d][best]);
    }
}
