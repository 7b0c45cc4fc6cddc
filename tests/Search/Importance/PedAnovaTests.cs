using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class PedAnovaTests
{
    private static readonly SearchSpace _space = new([
        new("x", new FloatDistribution(-1, 3)), new("l", new FloatDistribution(1e-3, 10, Log: true)),
        new("n", new IntDistribution(1, 9)), new("c", CategoricalDistribution.Of("a", "b", "d")),
        new("z", new FloatDistribution(0, 1), Condition.On("c", "a")),
    ]);

    [Fact]
    public void Importances_are_those_of_Optuna_5()
    {
        // optuna.importance.PedAnovaImportanceEvaluator of Optuna's head (5.0.0.dev) on the same 300 trials, with the
        // conditional z: the defaults, and target_quantile=0.2 with region_quantile=0.6.
        AssertEqual(
            [
                ("x", 0.013656624070541301), ("l", 0.004408899062005628), ("n", 0.003624304590368911),
                ("c", 0.0015059533189729988), ("z", 0.0012670606545363585),
            ],
            PedAnova.Of(_space, Trials(300), Direction.Minimize));
        AssertEqual(
            [
                ("x", 0.0435944025114703), ("l", 0.020909078818496494), ("c", 0.0049034654984596035),
                ("n", 0.004672684812593617), ("z", 0.002464187833938026),
            ],
            PedAnova.Of(_space, Trials(300), Direction.Minimize, new() { TargetShare = 0.2, RegionShare = 0.6 }));
    }

    [Fact]
    public void Known_variances_of_being_among_the_best_are_found()
    {
        // The best tenth of x alone is x < 0.1: a variance of 0.1 · 0.9, all of it x's.
        var space = Cube("x", "y");
        var one = PedAnova.Of(space, Uniform(space, 20_000, x => x["x"].AsFloat()), Direction.Minimize);
        Assert.Equal(["x", "y"], one.Select(p => p.Name));
        Assert.Equal(0.09, one[0].Value, 0.012); // kernels blur the border
        Assert.Equal(0, one[1].Value, 0.0005);
        Assert.Equal(1, one[0].Share, 0.01);
        // The best tenth of max(x, y) is the square below √0.1 = 0.316: given x, the chance is 0.316 or 0.
        var two = PedAnova.Of(
            space, Uniform(space, 20_000, x => Math.Max(x["x"].AsFloat(), x["y"].AsFloat())), Direction.Minimize);
        Assert.All(two, p => Assert.Equal(0.1 * Math.Sqrt(0.1) * (1 - Math.Sqrt(0.1)), p.Value, 0.0025));
    }

    [Fact]
    public void Maximising_asks_for_the_other_end()
    {
        var space = Cube("x", "y");
        var evaluations = Uniform(space, 2000, x => -Math.Pow(x["y"].AsFloat(), 2));
        var importances = PedAnova.Of(space, evaluations, Direction.Maximize);
        Assert.Equal("y", importances[0].Name);
        var negated = evaluations.Select(e => e with { Value = -e.Value }).ToList();
        Assert.Equal(importances, PedAnova.Of(space, negated, Direction.Minimize));
    }

    [Fact]
    public void Little_is_no_obstacle()
    {
        Assert.All(PedAnova.Of(_space, [], Direction.Minimize), p => Assert.Equal((0, 0), (p.Value, p.Share)));
        Assert.All(PedAnova.Of(_space, Trials(1), Direction.Minimize), p => Assert.Equal(0, p.Value));
        Assert.All(PedAnova.Of(_space, Trials(2), Direction.Minimize), p => Assert.True(double.IsFinite(p.Value)));
        var equal = Trials(50).Select(e => e with { Value = 1 }).ToList();
        Assert.All(PedAnova.Of(_space, equal, Direction.Minimize), p => Assert.Equal(0, p.Value, 1e-12));
        Assert.Throws<ArgumentException>(() => PedAnova.Of(
            _space, [], Direction.Minimize, new() { TargetShare = 0.5, RegionShare = 0.4 }));
    }

    internal static SearchSpace Cube(params string[] names) =>
        new(names.Select(name => new Parameter(name, new FloatDistribution(0, 1))));

    internal static List<Evaluation> Uniform(SearchSpace space, int count, Func<Configuration, double> value)
    {
        var random = new SearchRandom(17);
        return
        [
            .. Enumerable.Range(0, count)
                .Select(k => (k, x: space.Build(p => RandomSampler.Draw(p.Distribution, random))))
                .Select(t => new Evaluation(t.k, t.x, value(t.x))),
        ];
    }

    /// <summary>The trials that the reference was given, from Knuth's MMIX generator.</summary>
    private static List<Evaluation> Trials(int count)
    {
        var state = 1UL;
        double Next()
        {
            state = unchecked((state * 6364136223846793005) + 1442695040888963407);
            return (state >> 11) / (double)(1UL << 53);
        }

        var evaluations = new List<Evaluation>();
        string[] letters = ["a", "b", "d"];
        for (var k = 0; k < count; k++)
        {
            var (x, l, n, c, z) = (
                -1 + (4 * Next()), Math.Pow(10, -3 + (4 * Next())), 1 + (int)(9 * Next()), letters[(int)(3 * Next())],
                Next());
            var value = Math.Pow(x - 1, 2) + (0.5 * Math.Abs(Math.Log10(l))) + (0.1 * n) + (c == "b" ? 0.7 : 0)
                + (c == "a" ? z : 0);
            var configuration = Configuration.Of(("x", x), ("l", l), ("n", n), ("c", c));
            evaluations.Add(new(k, c == "a" ? configuration.With("z", z) : configuration, value));
        }

        return evaluations;
    }

    private static void AssertEqual(
        (string Name, double Value)[] expected, IReadOnlyList<ParameterImportance> actual)
    {
        Assert.Equal(expected.Select(e => e.Name), actual.Select(a => a.Name));
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Value, actual[i].Value, 1e-12);
            Assert.Equal(expected[i].Value / expected.Sum(e => e.Value), actual[i].Share, 1e-9);
        }
    }
}
