using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class FanovaTests
{
    [Fact]
    public void A_sum_of_parameters_is_divided_by_their_variances()
    {
        // 3x + y over the square: variances 9/12 and 1/12, and nothing together.
        var space = PedAnovaTests.Cube("x", "y", "unused");
        var fanova = Fanova.Fit(
            space, PedAnovaTests.Uniform(space, 1000, x => (3 * x["x"].AsFloat()) + x["y"].AsFloat()),
            Direction.Minimize);
        Assert.Equal(["x", "y", "unused"], fanova.Main.Select(p => p.Name));
        Assert.Equal(0.9, fanova.Main[0].Value, 0.02);
        Assert.Equal(0.1, fanova.Main[1].Value, 0.02);
        Assert.Equal(0, fanova.Main[2].Value, 0.005);
        Assert.Equal(0, fanova.Interaction("x", "y"), 0.02);
    }

    [Fact]
    public void Ishigamis_function_has_its_published_indices()
    {
        // sin a + 7 sin² b + 0.1 c⁴ sin a on [−π, π]³: S_a = 0.3139, S_b = 0.4424, S_c = 0, S_ac = 0.2437 (Ishigami and
        // Homma, 1990). Trees split b late, for its halves look alike, so a forest of 3000 points is up to 0.09 off.
        var space = new SearchSpace(
            new[] { "a", "b", "c" }.Select(name => new Parameter(name, new FloatDistribution(-Math.PI, Math.PI))));
        var fanova = Fanova.Fit(
            space,
            PedAnovaTests.Uniform(space, 3000, x => Math.Sin(x["a"].AsFloat())
                + (7 * Math.Pow(Math.Sin(x["b"].AsFloat()), 2))
                + (0.1 * Math.Pow(x["c"].AsFloat(), 4) * Math.Sin(x["a"].AsFloat()))),
            Direction.Minimize);
        var main = fanova.Main.ToDictionary(p => p.Name, p => p.Value);
        Assert.Equal(0.3139, main["a"], 0.1);
        Assert.Equal(0.4424, main["b"], 0.1);
        Assert.Equal(0, main["c"], 0.02);
        Assert.Equal(0.2437, fanova.Interaction("a", "c"), 0.1);
        Assert.Equal(fanova.Interaction("a", "c"), fanova.Interaction("c", "a"), 1e-12);
        Assert.Equal(0, fanova.Interaction("a", "b"), 0.03);
    }

    [Fact]
    public void Choices_logarithms_and_steps_count_as_random_search_draws_them()
    {
        // Terms with variances 2/9 (one choice of three), 1/12 (a logarithm uniform on [0, 1]) and 2/3 (−1, 0, 1).
        var space = new SearchSpace([
            new("c", CategoricalDistribution.Of("a", "b", "c")), new("l", new FloatDistribution(1, 10, Log: true)),
            new("n", new IntDistribution(-1, 1)), new("one", new IntDistribution(5, 5)),
            new("when", new FloatDistribution(0, 1), Condition.On("c", "a")),
        ]);
        var fanova = Fanova.Fit(
            space,
            PedAnovaTests.Uniform(space, 1500, x =>
                (x["c"].AsText() == "b" ? 1 : 0) + Math.Log10(x["l"].AsFloat()) + x["n"].AsInt()),
            Direction.Minimize);
        var main = fanova.Main.ToDictionary(p => p.Name, p => p.Value);
        const double sum = (2 / 9.0) + (1 / 12.0) + (2 / 3.0);
        Assert.Equal(2 / 9.0 / sum, main["c"], 0.02);
        Assert.Equal(1 / 12.0 / sum, main["l"], 0.02);
        Assert.Equal(2 / 3.0 / sum, main["n"], 0.02);
        Assert.Equal((0, 0), (main["one"], main["when"])); // one value; not in all evaluations
        Assert.Throws<ArgumentException>(() => fanova.Interaction("c", "when"));
    }

    [Fact]
    public void Rare_choices_count_little()
    {
        // c is b with a chance of 1/5: a variance of 0.16, beside that of a uniform number, 1/12.
        var space = new SearchSpace([
            new("c", new CategoricalDistribution(["a", "b"], Weights: [4, 1])), new("x", new FloatDistribution(0, 1)),
        ]);
        var fanova = Fanova.Fit(
            space,
            PedAnovaTests.Uniform(space, 1000, v => (v["c"].AsText() == "b" ? 1 : 0) + v["x"].AsFloat()),
            Direction.Minimize);
        Assert.Equal("c", fanova.Main[0].Name);
        Assert.Equal(0.16 / (0.16 + (1 / 12.0)), fanova.Main[0].Value, 0.02);
    }

    [Fact]
    public void Little_is_no_obstacle()
    {
        var space = PedAnovaTests.Cube("x");
        Assert.Throws<ArgumentException>(() => Fanova.Fit(space, [], Direction.Minimize));
        var one = PedAnovaTests.Uniform(space, 1, _ => 3);
        Assert.Equal(0, Fanova.Fit(space, one, Direction.Minimize).Main[0].Value);
        Assert.Empty(Fanova.Fit(SearchSpace.Empty, [new(0, Configuration.Empty, 1)], Direction.Minimize).Main);
    }

    [Fact]
    public void The_marginals_of_a_tree_are_those_of_sampling_it()
    {
        // A tree grown over a choice and two numbers, against a million-fold average on a fine grid.
        var random = new SearchRandom(3);
        double[][] columns = [new double[60], new double[60], new double[60]];
        var targets = new double[60];
        for (var i = 0; i < 60; i++)
        {
            columns[0][i] = random.NextInt64(4);
            (columns[1][i], columns[2][i]) = (random.NextDouble(), random.NextDouble());
            targets[i] = random.NextDouble() + (columns[0][i] == 2 ? columns[1][i] : 0);
        }

        var forest = RegressionForest.Fit(new(columns, [4, 0, 0], targets), new() { Trees = 1 }, random);
        var marginals = new TreeMarginals(forest.Trees[0], [[0, 0.25, 0.5, 0.75, 1], null, null]);
        const int fine = 400;
        var table = new double[4, fine, fine];
        for (var c = 0; c < 4; c++)
        {
            for (var x = 0; x < fine; x++)
            {
                for (var y = 0; y < fine; y++)
                    table[c, x, y] = forest.Trees[0].LeafOf([c, (x + 0.5) / fine, (y + 0.5) / fine]).Mean;
            }
        }

        var all = table.Cast<double>().ToList();
        var mean = all.Average();
        Assert.Equal(all.Average(v => (v - mean) * (v - mean)), marginals.Variance, 0.01 * marginals.Variance);
        var alongChoice = Enumerable.Range(0, 4)
            .Select(c => Enumerable.Range(0, fine * fine).Average(i => table[c, i / fine, i % fine])).ToList();
        var alongX = Enumerable.Range(0, fine)
            .Select(x => Enumerable.Range(0, 4 * fine).Average(i => table[i / fine, x, i % fine])).ToList();
        var both = Enumerable.Range(0, 4).SelectMany(c => Enumerable.Range(0, fine)
            .Select(x => Enumerable.Range(0, fine).Average(y => table[c, x, y]) - alongChoice[c] - alongX[x] + mean));
        Assert.Equal(alongChoice.Average(v => (v - mean) * (v - mean)), marginals.Main(0), 0.01 * marginals.Variance);
        Assert.Equal(alongX.Average(v => (v - mean) * (v - mean)), marginals.Main(1), 0.01 * marginals.Variance);
        Assert.Equal(both.Average(v => v * v), marginals.Pair(0, 1), 0.01 * marginals.Variance);
    }
}
