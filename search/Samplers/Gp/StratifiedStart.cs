namespace TuneGraph.Search;

/// <summary>
/// The first trials of a study: the middle of the space first, as ranges are mostly chosen about what is likely (and as
/// Song et al., "The Vizier Gaussian process bandit algorithm", arXiv 2408.11527, begin); then a Latin hypercube
/// (McKay, Beckman and Conover, Technometrics 21, 1979), so that each parameter is seen all over its range. Trials
/// beyond it make further ones.
/// </summary>
/// <remarks>
/// The hypercube covers the middle two thirds of numbers. With many parameters nearly all of a space lies near its
/// faces, which a Gaussian process visits by itself, being unsure of them.
/// </remarks>
internal static class StratifiedStart
{
    private const double Middle = 0.5;
    private const double Covered = 2.0 / 3;
    private const int FewValues = 16; // ordered ranges of no more are covered from end to end

    /// <summary>The trial in question.</summary>
    /// <param name="space">The space.</param>
    /// <param name="history">The study so far.</param>
    /// <param name="trials">How many make a hypercube.</param>
    /// <param name="central">Whether the middle comes first and counts for more; else the whole space is covered.
    /// </param>
    /// <param name="random">The place within each stratum.</param>
    public static Configuration Draw(
        SearchSpace space, StudyHistory history, int trials, bool central, SearchRandom random)
    {
        return space.Build(parameter =>
        {
            var distribution = parameter.Distribution;
            var u = (Stratum(history, parameter.Name, trials) + random.NextDouble()) / trials;
            if (!central || !distribution.HasOrder)
                return distribution.Decode(u);
            if (history.Number == 0)
                return distribution.Decode(Middle);
            return distribution.Decode(
                distribution.Cardinality <= FewValues ? u : Middle + (Covered * (u - Middle)));
        });
    }

    /// <summary>The trial's place in a permutation that is the parameter's own.</summary>
    private static int Stratum(StudyHistory history, string parameter, int trials)
    {
        var random = SearchRandom.For(history.Seed, history.Number / trials, $"strata of {parameter}");
        var order = new int[trials];
        for (var k = 0; k < trials; k++)
        {
            var other = (int)random.NextInt64(k + 1);
            order[k] = order[other];
            order[other] = k;
        }

        return order[history.Number % trials];
    }
}
