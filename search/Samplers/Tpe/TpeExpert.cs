namespace TuneGraph.Search;

/// <summary>Proposes values for some parameters together, from the trials of a split.</summary>
internal sealed class TpeExpert(SearchSpace space, TpeOptions options, TpeScratch scratch, SearchRandom random)
{
    /// <summary>
    /// Fills in the values of the parameters at these places: those of the most promising candidate among the fitting
    /// ones. False, with the values left in disorder, when no candidate fits.
    /// </summary>
    public bool TryPropose(
        IReadOnlyList<int> places, TpeSplit split, ParameterValue?[] values, Func<ParameterValue?[], bool> fits)
    {
        var free = new List<int>(places.Count);
        foreach (var place in places)
        {
            if (space.Parameters[place].Distribution.Cardinality == 1)
                values[place] = space.Parameters[place].Distribution.Decode(0);
            else
                free.Add(place);
        }

        if (free.Count == 0)
            return fits(values);
        scratch.Reset();
        var (narrowing, most) = (options.NarrowingFor(split.Objectives), options.MostOthers);
        var good = ParzenEstimator.Fit(space, free, split.Good, narrowing, scratch, split.Weights);
        var others = ParzenEstimator.Fit(space, free, split.Others, narrowing, scratch, null, most);
        var candidates = good.Draw(random, options.CandidatesFor(split.Objectives));
        var promise = good.LogDensity(candidates);
        var g = others.LogDensity(candidates);
        for (var c = 0; c < promise.Length; c++)
            promise[c] -= g[c];
        while (true)
        {
            // The largest l / g; of equal ones the first.
            var best = -1;
            for (var c = 0; c < promise.Length; c++)
            {
                if (!double.IsNaN(promise[c]) && (best < 0 || promise[c] > promise[best]))
                    best = c;
            }

            if (best < 0)
                return false;
            for (var d = 0; d < free.Count; d++)
                values[free[d]] = space.Parameters[free[d]].Distribution.Decode(candidates[d][best]);
            if (fits(values))
                return true;
            promise[best] = double.NaN; // passed over
        }
    }
}
