using TuneGraph.Compat.SharpLearning;
using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps;

public sealed class SharpLearningTests
{
    private static readonly IParameterSpec[] _specs =
    [
        new MinMaxParameterSpec(-1, 3), new MinMaxParameterSpec(1e-4, 1, Transform.Log10),
        new MinMaxParameterSpec(0.5, 0.999, Transform.ExponentialAverage),
        new MinMaxParameterSpec(1, 9, parameterType: ParameterType.Discrete), new GridParameterSpec(4, 1, 2),
    ];

    public static TheoryData<string> Optimizers => ["random", "bayesian", "smac", "swarm"];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Each_optimizer_keeps_to_the_specs_and_finds_something_good(string name)
    {
        var optimizer = Make(name, _specs);
        var results = optimizer.Optimize(Bowl);
        Assert.Equal(120, results.Length);
        foreach (var set in results.Select(r => r.ParameterSet))
        {
            Assert.InRange(set[0], -1, 3);
            Assert.InRange(set[1], 1e-4, 1);
            Assert.InRange(set[2], 0.5, 0.999);
            Assert.Contains(set[3], Enumerable.Range(1, 9).Select(n => (double)n));
            Assert.Contains(set[4], (double[])[4, 1, 2]);
        }

        Assert.Equal(results.Select(r => r.Error), Make(name, _specs).Optimize(Bowl).Select(r => r.Error));
        var best = Make(name, _specs).OptimizeBest(Bowl);
        Assert.Equal(results.Min(r => r.Error), best.Error);
        Assert.InRange(best.Error, 0, name == "random" ? 1 : 0.7);
    }

    /// <summary>Rosenbrock's valley, whose minimum is 0 at (1, 1).</summary>
    [Fact]
    public void Nelder_and_Mead_walk_to_the_end_of_a_bent_valley()
    {
        IParameterSpec[] specs = [new MinMaxParameterSpec(-2, 2), new MinMaxParameterSpec(-1, 3)];
        static OptimizerResult Valley(double[] x) =>
            new(x, (100 * Math.Pow(x[1] - (x[0] * x[0]), 2)) + Math.Pow(1 - x[0], 2));
        GlobalizedBoundedNelderMeadOptimizer Make() => new(
            specs, maxRestarts: 3, noImprovementThreshold: 1e-9, maxIterationsWithoutImprovement: 20,
            maxFunctionEvaluations: 1500);
        var results = Make().Optimize(Valley);
        Assert.InRange(results.Length, 100, 1503);
        Assert.InRange(results.Min(r => r.Error), 0, 1e-6);
        Assert.All(results, r => Assert.InRange(r.ParameterSet[0], -2, 2));
        Assert.Equal(results.Select(r => r.Error), Make().Optimize(Valley).Select(r => r.Error));
        Assert.Equal(results.Min(r => r.Error), Make().OptimizeBest(Valley).Error);
    }

    [Fact]
    public void Nelder_and_Mead_keep_to_the_specs_and_walk_around_what_is_no_number()
    {
        var optimizer = new GlobalizedBoundedNelderMeadOptimizer(_specs, maxIterationsPrRestart: 30);
        var results = optimizer.Optimize(x => x[0] < 0 ? new(x, double.NaN) : Bowl(x));
        Assert.All(results, r => Assert.False(double.IsNaN(r.Error)));
        Assert.All(results, r => Assert.Contains(r.ParameterSet[4], (double[])[4, 1, 2]));
        Assert.InRange(results.Min(r => r.Error), 0, 1);
    }

    [Fact]
    public void A_grid_is_gone_through_in_order_and_NaN_is_left_out()
    {
        var grid = new GridSearchOptimizer([new GridParameterSpec(1, 2), new GridParameterSpec(5, 3)]);
        var results = grid.Optimize(x => new(x, x[0] == 2 && x[1] == 5 ? double.NaN : x[0] * x[1]));
        Assert.Equal([[1, 5], [1, 3], [2, 3]], results.Select(r => r.ParameterSet));
        Assert.Equal([1, 3], grid.OptimizeBest(x => new(x, x[0] * x[1])).ParameterSet);
        Assert.Throws<NotSupportedException>(() => new GridSearchOptimizer(_specs));
        Assert.Throws<InvalidOperationException>(() => grid.OptimizeBest(x => new(x, double.NaN)));
    }

    [Fact]
    public void Parameter_sets_can_be_asked_for_and_told()
    {
        var smac = new SmacOptimizer(_specs, 10, randomStartingPointCount: 5);
        var results = new List<OptimizerResult>();
        for (var k = 0; k < 40; k++)
            results.AddRange(smac.RunParameterSets(Bowl, smac.ProposeParameterSets(2, results)));
        Assert.Equal(80, results.Count);
        Assert.InRange(results.Min(r => r.Error), 0, 1.2);
        Assert.Equal(3, new BayesianOptimizer(_specs, 1).ProposeParameterSets(3).Length);
    }

    [Fact]
    public void Hyperband_gives_the_budgets_of_the_paper_and_chooses_within_a_rung()
    {
        var calls = new List<(double[] Set, double Budget)>();
        new HyperbandOptimizer(_specs).Optimize((x, budget) =>
        {
            calls.Add((x, budget));
            return new(x, Bowl(x).Error - budget);
        });
        // Li et al. 2018, table 1, with n_s = ⌈(s_max + 1) η^s / (s + 1)⌉.
        (double, int)[] bracket = [(1, 81), (3, 27), (9, 9), (27, 3), (81, 1)];
        Assert.Equal(bracket, calls.Take(121).CountBy(c => c.Budget).Select(c => (Math.Round(c.Key, 9), c.Value)));
        Assert.Equal(81 + 27 + 9 + 3 + 1 + 34 + 11 + 3 + 1 + 15 + 5 + 1 + 8 + 2 + 5, calls.Count);
        var best = calls.Take(81).OrderBy(c => Bowl(c.Set).Error).Take(27).Select(c => c.Set);
        Assert.Equal(best, calls.Skip(81).Take(27).Select(c => c.Set));
        Assert.Throws<ArgumentOutOfRangeException>(() => new HyperbandOptimizer(_specs, eta: 1));
    }

    [Fact]
    public void An_outside_optimizer_serves_as_a_sampler_and_survives_a_restart()
    {
        var sampler = new OutsideSampler(() => new Descent(), [new MinMaxParameterSpec(-8, 8)]);
        var study = new Study(new() { Space = sampler.Space, Sampler = sampler });
        for (var k = 0; k < 30 && study.Ask() is { } trial; k++)
            study.Tell(k, TrialState.Completed, Math.Pow(trial.Configuration["p0"].AsFloat() - 3, 2));
        Assert.Equal(3, study.Best!.Configuration["p0"].AsFloat(), 0.1);
        Assert.Null(study.Ask()); // it has come to its end
        var half = Study.Restore(study.Options, study.Log.Take(10));
        Assert.Equal(study.Trials[5].Configuration, half.Ask()!.Configuration);
        Assert.Throws<ArgumentException>(() => new Study(new() { Space = SearchSpace.Empty, Sampler = sampler }).Ask());
    }

    [Fact]
    public void Specs_sample_as_they_say()
    {
        var sampler = new RandomUniform();
        double[] Draw(IParameterSpec spec) => [.. Enumerable.Range(0, 2000).Select(_ => spec.SampleValue(sampler))];
        Assert.Equal(0.5, Draw(_specs[1]).Count(x => x < 1e-2) / 2000.0, 0.05);
        Assert.InRange(Draw(_specs[2]).Count(x => x > 0.9) / 2000.0, 0.7, 0.8); // 2 of 2.7 decades
        Assert.Equal(Enumerable.Range(1, 9).Select(n => (double)n), Draw(_specs[3]).Distinct().Order());
        Assert.Throws<ArgumentException>(() => new MinMaxParameterSpec(0, 1, Transform.Log10));
        Assert.Throws<ArgumentException>(() => new MinMaxParameterSpec(1, 1));
    }

    [Fact]
    public void Acquisition_functions_have_their_known_values()
    {
        // Φ(1) = 0.8413447461, φ(1) = 0.2419707245.
        Assert.Equal(0.8413447461, AcquisitionFunctions.ProbabilityOfImprovement(3, 1, 4), 1e-7);
        Assert.Equal(2 * (0.8413447461 + 0.2419707245), AcquisitionFunctions.ExpectedImprovement(3, 1, 4), 1e-6);
        Assert.Equal(2 * 0.3989422804, AcquisitionFunctions.ExpectedImprovement(3, 1, 4, xi: 2), 1e-6);
        AcquisitionFunction improvement = AcquisitionFunctions.ExpectedImprovement;
        Assert.Equal((2, 0), (improvement(3, 1, 0), improvement(1, 3, 0)));
    }

    private static IOptimizer Make(string name, IParameterSpec[] specs) => name switch
    {
        "random" => new RandomSearchOptimizer(specs, 120),
        "bayesian" => new BayesianOptimizer(
            specs, 55, randomStartingPointCount: 10, functionEvaluationsPerIterationCount: 2),
        "smac" => new SmacOptimizer(specs, 100),
        _ => new ParticleSwarmOptimizer(specs, 12),
    };

    private static OptimizerResult Bowl(double[] x) => new(
        x,
        (Math.Pow(x[0] - 1, 2) / 4) + (Math.Abs(Math.Log10(x[1]) + 2) / 2) + Math.Abs(x[2] - 0.9)
            + (Math.Abs(x[3] - 6) / 8) + (x[4] == 1 ? 0 : 0.5));

    /// <summary>Goes left or right by ever smaller steps.</summary>
    private sealed class Descent : IOptimizer
    {
        public OptimizerResult OptimizeBest(Func<double[], OptimizerResult> functionToMinimize) =>
            Optimize(functionToMinimize).MinBy(r => r.Error)!;

        public OptimizerResult[] Optimize(Func<double[], OptimizerResult> functionToMinimize)
        {
            var at = functionToMinimize([0]);
            var results = new List<OptimizerResult> { at };
            for (var step = 4.0; step > 0.05; step /= 2)
            {
                foreach (var next in (double[])[at.ParameterSet[0] - step, at.ParameterSet[0] + step])
                {
                    var result = functionToMinimize([next]);
                    results.Add(result);
                    if (result.Error < at.Error)
                        at = result;
                }
            }

            return [.. results];
        }
    }
}
