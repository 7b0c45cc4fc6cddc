using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

/// <summary>
/// Search spaces for properties: every kind of distribution, single values, conditions on conditions.
/// </summary>
internal static class RandomSpaces
{
    public static SearchSpace Any(SearchRandom random, bool finite = false)
    {
        var parameters = new List<Parameter>();
        var count = 1 + (int)random.NextInt64(6);
        for (var i = 0; i < count; i++)
        {
            var distribution = AnyDistribution(random);
            while (finite && distribution.Cardinality is null or > 8)
                distribution = AnyDistribution(random);
            parameters.Add(new($"p{i}", distribution, AnyCondition(parameters, random)));
        }

        // In any order: the space must find that parents come first.
        return new(parameters.OrderBy(_ => random.NextUInt64()));
    }

    public static Distribution AnyDistribution(SearchRandom random)
    {
        var low = Math.Round((random.NextDouble() - 0.5) * 20, 2);
        var whole = random.NextInt64(40) - 20;
        return random.NextInt64(10) switch
        {
            0 => new FloatDistribution(low, low + random.NextDouble() * 10),
            1 => new FloatDistribution(1e-6 + random.NextDouble(), 2 + random.NextDouble() * 1e4, Log: true),
            2 => new FloatDistribution(low, low + 3, Step: 0.1 + Math.Round(random.NextDouble(), 2)),
            3 => new FloatDistribution(low, low),
            4 => new FloatDistribution(low, low, Step: 1),
            5 => new IntDistribution(whole, whole + random.NextInt64(200)),
            6 => new IntDistribution(whole, whole + random.NextInt64(200), Step: 1 + random.NextInt64(60)),
            7 => new IntDistribution(1 + random.NextInt64(5), 6 + random.NextInt64(5000), Log: true),
            8 => CategoricalDistribution.Of("a", 1, true, 0.5, "b"),
            _ => CategoricalDistribution.Of("only"),
        };
    }

    private static Condition? AnyCondition(List<Parameter> before, SearchRandom random)
    {
        var parents = before.Where(p => p.Distribution.Cardinality is not null).ToList();
        if (parents.Count == 0 || random.NextInt64(2) == 0)
            return null;
        var parent = parents[(int)random.NextInt64(parents.Count)];
        var values = Enumerable.Range(0, 3)
            .Select(_ => RandomSampler.Draw(parent.Distribution, random)).Distinct().ToArray();
        return Condition.On(parent.Name, values);
    }
}
