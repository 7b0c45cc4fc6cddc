using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class BanditExplorationTests
{
    [Fact]
    public void The_process_foretells_what_numpy_does()
    {
        // Worked out with numpy 1.24: kernel matrix, numpy.linalg.solve and slogdet over the same grid.
        (double[] Inputs, double Gain)[] data =
        [
            ([0, 1.0, 0.2], 0.3), ([0, 0.9, 0.7], 0.1), ([2, 0.7, 0.25], 0.2), ([2, 0.8, 0.6], 0.05),
            ([4, 0.5, 0.3], 0.12),
        ];
        var process = FadingProcess.Fit([.. data.Select(p => new BanditExploration.Improvement(p.Inputs, p.Gain))]);
        var (mean, variance) = process.Foretell([6, 0.45, 0.4]);
        Assert.Equal(-0.32702884515940217, mean, 1e-9);
        Assert.Equal(0.45570723540058244, variance, 1e-9);
        Assert.Equal(mean + Math.Sqrt((0.2 + Math.Log(2)) * variance), process.UpperBound([6, 0.45, 0.4]), 1e-9);
    }

    [Fact]
    public void It_forks_within_the_space_keeps_what_is_inherited_and_keeps_forks_apart()
    {
        var study = PopulationSamplerTests.Run(8, new BanditExploration());
        var forks = study.Trials.Where(t => t.Origin is not null).ToList();
        Assert.Equal(8, forks.Count);
        Assert.All(forks, t => Assert.Equal(
            study.Trials[t.Origin!.Value.Trial].Configuration["width"], t.Configuration["width"]));
        foreach (var pair in forks.GroupBy(t => t.Origin!.Value.Step).Select(g => g.ToArray()))
            Assert.NotEqual(pair[0].Configuration["rate"], pair[1].Configuration["rate"]);
    }

    [Fact]
    public void Where_the_best_rate_falls_with_time_a_population_ends_better_than_trials_alone_and_the_bandit_best()
    {
        var alone = Median(new Perturbation(), 1000);
        var perturbed = Median(new Perturbation(), 4);
        var bandit = Median(new BanditExploration(), 4);
        Assert.True(bandit < perturbed, $"bandit {bandit:F2}, perturbation {perturbed:F2}");
        Assert.True(bandit < alone - 0.5, $"bandit {bandit:F2}, alone {alone:F2}"); // -5.26 and -4.20 over 20 seeds
    }

    /// <summary>The median over seeds of the logarithm of the best loss.</summary>
    private static double Median(Exploration exploration, int interval) =>
        Enumerable.Range(0, 9).Select(seed => Math.Log(Train(exploration, interval, (ulong)seed))).Order().ElementAt(4);

    private static double Train(Exploration exploration, int interval, ulong seed)
    {
        const int End = 40;
        var sampler = new PopulationSampler(new() { Size = 8, Interval = interval }, exploration);
        var study = new Study(new()
        {
            Space = new(
                [new("rate", new FloatDistribution(1e-3, 1, Log: true)), new("m", new FloatDistribution(0, 1))]),
            Sampler = sampler,
            Pruner = sampler.Pruner,
            MaxResource = End,
            Seed = seed,
        });
        while ((study.Promote() ?? study.Ask()?.Number) is { } number)
        {
            var trial = study.Trials[number];
            while (trial.State == TrialState.Running)
            {
                var before = trial.LastStep is not null ? trial.IntermediateValues[^1].Value
                    : trial.Origin is { } origin ? study.Trials[origin.Trial].IntermediateValues[origin.Step
                        - (study.Trials[origin.Trial].Origin?.Step ?? 0) - 1].Value
                    : 1;
                var step = trial.Steps + 1;
                var off = Math.Log(trial.Configuration["rate"].AsFloat() / (0.3 * Math.Pow(0.93, step)));
                var momentum = trial.Configuration["m"].AsFloat() - 0.7;
                var value = before * (1 - (0.2 * Math.Exp(-(off * off) - (4 * momentum * momentum))));
                var decision = study.Report(number, step, value);
                if (step == End)
                    study.Tell(number, TrialState.Completed, value);
                else if (decision.Verdict == Verdict.Pause)
                    study.Pause(number, step);
            }
        }

        return study.Best!.Value!.Value;
    }
}
