using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

/// <summary>
/// The estimator against a straightforward computation in the parameters' own units, written from Optuna 5's
/// <c>parzen_estimator.py</c> and <c>probability_distributions.py</c> (commit 1d8ce7b). Densities are compared after
/// the units are turned into codes. Masses use numerical integration, and no function of the engine.
/// </summary>
public sealed class ParzenEstimatorTests
{
    [Fact]
    public void Fading_weights_follow_Optunas_rule()
    {
        Assert.Equal([1.0], ParzenEstimator.WeightsByAge(0));
        Assert.All(ParzenEstimator.WeightsByAge(24), w => Assert.Equal(1 / 25.0, w, 1e-15));
        // n = 30: linspace(1/30, 1, 5), then 25 ones, then the prior's 1.
        double[] raw = [1 / 30.0, 0.275, 0.5166666666666667, 0.7583333333333333, 1, .. Enumerable.Repeat(1.0, 26)];
        var weights = ParzenEstimator.WeightsByAge(30);
        for (var k = 0; k < raw.Length; k++)
            Assert.Equal(raw[k] / raw.Sum(), weights[k], 1e-15);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(40)]
    [InlineData(150)]
    public void The_mixture_has_the_density_that_the_definition_gives(int observations)
    {
        var space = new SearchSpace([
            new("f", new FloatDistribution(-2, 6)), new("l", new FloatDistribution(1e-4, 10, Log: true)),
            new("i", new IntDistribution(3, 9)), new("s", new FloatDistribution(0, 2, Step: 0.5)),
            new("m", new IntDistribution(2, 40, Log: true)), new("w", new IntDistribution(0, 5000)),
            new("c", CategoricalDistribution.Of("a", "b", "c")),
        ]);
        var random = new SearchRandom((ulong)observations);
        Configuration Draw() => space.Build(p => RandomSampler.Draw(p.Distribution, random));
        var configurations = Enumerable.Range(0, observations).Select(_ => Draw()).ToList();
        var trials = configurations.Select((c, i) => new Trial(i, c, false, false)).ToList();
        var estimator = ParzenEstimator.Fit(space, [.. Enumerable.Range(0, 7)], trials, 1, new());
        Assert.Equal(observations + 1, estimator.Kernels);

        var asked = Enumerable.Range(0, 12).Select(_ => Draw()).ToList();
        var codes = space.Parameters
            .Select(p => asked.Select(x => p.Distribution.Encode(x[p.Name])).ToArray()).ToArray();
        var actual = estimator.LogDensity(codes);
        for (var c = 0; c < asked.Count; c++)
            Assert.Equal(PlainTpe.LogDensity(space, configurations, asked[c]), actual[c], 2e-3);
    }

    [Fact]
    public void What_is_drawn_follows_the_density()
    {
        var space = new SearchSpace(
            [new("i", new IntDistribution(0, 5)), new("c", CategoricalDistribution.Of("a", "b", "c"))]);
        var trials = new[] { (1, "a"), (1, "b"), (4, "b") }
            .Select((v, i) => new Trial(i, Configuration.Of(("i", v.Item1), ("c", v.Item2)), false, false)).ToList();
        var estimator = ParzenEstimator.Fit(space, [0, 1], trials, 1, new());
        var drawn = estimator.Draw(new SearchRandom(5), 40_000);
        var counts = drawn[0].Zip(drawn[1]).CountBy(pair => pair).ToDictionary();
        var (chi, total) = (0.0, 0.0);
        for (var i = 0; i < 6; i++)
        {
            for (var c = 0; c < 3; c++)
            {
                var (code, choice) = ((i + 0.5) / 6, space["c"].Distribution.Encode("abc"[c].ToString()));
                var p = Math.Exp(estimator.LogDensity([[code], [choice]])[0]);
                total += p;
                chi += Math.Pow(counts.GetValueOrDefault((code, choice)) - (40_000 * p), 2) / (40_000 * p);
            }
        }

        Assert.Equal(1, total, 1e-4); // stepped and categorical dimensions have probabilities
        Assert.InRange(chi, 0, 40.8); // χ² with 17 degrees of freedom exceeds this with a chance of 0.001; fixed seed
    }

    [Fact]
    public void Older_trials_stand_for_their_neighbours_where_there_are_too_many()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(0, 1))]);
        var random = new SearchRandom(4);
        var trials = Enumerable.Range(0, 5000)
            .Select(i => new Trial(i, Configuration.Of(("x", Math.Sqrt(random.NextDouble()))), false, false)).ToList();
        var all = ParzenEstimator.Fit(space, [0], trials, 1, new());
        var some = ParzenEstimator.Fit(space, [0], trials, 1, new(), null, most: 1000);
        Assert.Equal((5001, 1001), (all.Kernels, some.Kernels));
        for (var third = 0; third < 3; third++)
        {
            // The density is 2x: at least a ninth of the trials lie in each third, which leaves a σ below 0.1.
            double[] points = [.. Enumerable.Range(0, 100).Select(i => (third + ((i + 0.5) / 100)) / 3)];
            var ratio = some.LogDensity([points]).Average(Math.Exp) / all.LogDensity([points]).Average(Math.Exp);
            Assert.InRange(ratio, 0.75, 1.33);
        }
    }

    [Fact]
    public void Continuous_draws_follow_the_density()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(0, 1))]);
        var trials = new[] { 0.05, 0.1, 0.8 }
            .Select((v, i) => new Trial(i, Configuration.Of(("x", v)), false, false)).ToList();
        var estimator = ParzenEstimator.Fit(space, [0], trials, 4, new());
        var drawn = estimator.Draw(new SearchRandom(6), 20_000)[0];
        var (chi, total) = (0.0, 0.0);
        for (var bin = 0; bin < 20; bin++)
        {
            var points = Enumerable.Range(0, 100).Select(i => (bin + ((i + 0.5) / 100)) / 20).ToArray();
            var p = estimator.LogDensity([points]).Average(Math.Exp) / 20;
            total += p;
            chi += Math.Pow(drawn.Count(x => (int)(x * 20) == bin) - (20_000 * p), 2) / (20_000 * p);
        }

        Assert.Equal(1, total, 1e-4);
        Assert.InRange(chi, 0, 43.8); // χ² with 19 degrees of freedom exceeds this with a chance of 0.001; fixed seed
    }
}
