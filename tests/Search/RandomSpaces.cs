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
        return random.NextInt64(16) switch
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
            9 => new CategoricalDistribution(["s", "m", "l", "xl"], Ordered: true),
            10 => new CategoricalDistribution([1, 2, 4], Weights: [1, 1e-3, 7]),
            11 => new ShapedDistribution(AnyShape(random), quantum: random.NextInt64(2) == 0 ? null : 0.25),
            12 => new ShapedDistribution(new NormalShape(low, 3), low - 5, low + 4, 1, whole: true),
            13 => new ShapedDistribution(new LogUniformShape(), 0.3, 30, 0.5),
            14 => new ShapedDistribution(new UniformShape(), low, low + 10, 1.5),
            _ => CategoricalDistribution.Of("only"),
        };
    }

    /// <summary>A space, and rules that at least one of its configurations keeps.</summary>
    public static SearchSpace WithRules(SearchRandom random)
    {
        var space = Any(random);
        var kept = space.Draw(random);
        var rules = new List<Condition>();
        var numbers = kept.Items.Where(i => i.Value.Kind is ParameterKind.Float or ParameterKind.Int).ToList();
        if (numbers.Count > 0)
        {
            // A half-space with the kept configuration on its edge or inside it.
            var weights = numbers.Select(_ => random.NextInt64(7) - 3).ToList();
            var sum = numbers.Zip(weights, (n, w) => (ParameterValue)(n.Value.AsFloat() * w)).Sum(x => x.AsFloat());
            var terms = numbers.Zip(weights, (n, w) => $"{w} * {n.Key}");
            var most = (ParameterValue)(sum + 0.01 + random.NextDouble());
            rules.Add($"{string.Join(" + ", terms)} <= {most.ToString()}");
        }

        foreach (var (name, value) in kept)
        {
            var other = space[name].Distribution.Decode(random.NextDouble());
            if (space[name].Distribution.Cardinality > 1 && other != value)
                rules.Add(Condition.On(name, other).Not());
        }

        return new(space.Parameters, rules);
    }

    private static Shape AnyShape(SearchRandom random) =>
        random.NextInt64(3) switch
        {
            0 => new NormalShape((random.NextDouble() - 0.5) * 20, 0.1 + random.NextDouble()),
            1 => new LogNormalShape(random.NextDouble(), 0.2 + (random.NextDouble() / 2)),
            _ => new BetaShape(0.3 + (random.NextDouble() * 4), 0.3 + (random.NextDouble() * 4)),
        };

    private static Condition? AnyCondition(List<Parameter> before, SearchRandom random)
    {
        var parents = before.Where(p => p.Distribution.Cardinality is not null).ToList();
        if (parents.Count == 0 || random.NextInt64(2) == 0)
            return null;
        var parent = parents[(int)random.NextInt64(parents.Count)];
        var values = Enumerable.Range(0, 3)
            .Select(_ => RandomSampler.Draw(parent.Distribution, random)).Distinct().ToArray();
        var simple = Condition.On(parent.Name, values);
        var number = parents.Find(p => p.Distribution.HasOrder && p.Distribution is not CategoricalDistribution);
        return (number is null ? 0 : random.NextInt64(4)) switch
        {
            0 => simple,
            1 => simple.Not().Or($"{number!.Name} < {Middle(number)}"),
            2 => simple.And($"{number!.Name} >= {Middle(number)}"),
            _ => $"abs({number!.Name} - {Middle(number)}) * 2 > 1 or {number.Name} == {Middle(number)}",
        };

        static string Middle(Parameter p) => p.Distribution.Decode(0.5).ToString();
    }
}
