namespace TuneGraph.Search;

/// <summary>
/// The first trials of a study: a Latin hypercube (McKay, Beckman and Conover, Technometrics 21, 1979), so that each
/// parameter is seen all over its range. Trials beyond it make further ones.
/// </summary>
internal static class StratifiedStart
{
    public static Configuration Draw(SearchSpace space, StudyHistory history, int trials, SearchRandom random)
    {
        return space.Build(parameter =>
        {
            var u = (Stratum(history, parameter.Name, trials) + random.NextDouble()) / trials;
            return parameter.Distribution.Decode(u);
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
