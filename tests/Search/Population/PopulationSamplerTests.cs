using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class PopulationSamplerTests : SamplerConformance
{
    private const int Interval = 2;
    private const int End = 10;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    public void The_worst_quarter_of_each_generation_makes_room_for_forks_of_the_best(int parallel)
    {
        var study = Run(parallel, new Perturbation());
        var forks = study.Trials.Where(t => t.Origin is not null).ToList();
        Assert.Equal(8 + 2 + 2 + 2 + 2, study.Trials.Count); // 8 founders, and 2 forks at steps 2, 4, 6 and 8
        Assert.Equal([2, 2, 4, 4, 6, 6, 8, 8], forks.Select(t => t.Origin!.Value.Step));
        foreach (var generation in forks.GroupBy(t => t.Origin!.Value.Step))
        {
            var ranked = study.Trials.Where(t => At(t, generation.Key) is not null)
                .OrderBy(t => At(t, generation.Key)).Select(t => t.Number).ToList();
            Assert.Equal(8, ranked.Count);
            Assert.All(generation, fork => Assert.Contains(fork.Origin!.Value.Trial, ranked.Take(2)));
            Assert.All(ranked.TakeLast(2), lost => Assert.Equal(TrialState.Paused, study.Trials[lost].State));
        }

        Assert.Equal(8, study.Trials.Count(t => t.State == TrialState.Completed));
        Assert.Null(study.Ask());
    }

    [Fact]
    public void How_many_run_at_a_time_does_not_matter() =>
        Assert.Equal(
            Run(1, new Perturbation()).Trials.Select(t => (t.Origin, t.Configuration, t.Value)),
            Run(8, new Perturbation()).Trials.Select(t => (t.Origin, t.Configuration, t.Value)));

    [Fact]
    public void What_a_checkpoint_depends_on_is_inherited_and_the_rest_is_changed_by_a_fifth_or_drawn_anew()
    {
        var study = Run(4, new Perturbation());
        var ratios = new List<double>();
        foreach (var fork in study.Trials.Where(t => t.Origin is not null))
        {
            var donor = study.Trials[fork.Origin!.Value.Trial].Configuration;
            Assert.Equal(donor["width"], fork.Configuration["width"]);
            ratios.Add(fork.Configuration["rate"].AsFloat() / donor["rate"].AsFloat());
        }

        Assert.All(ratios, ratio => Assert.NotEqual(1, ratio));
        var fifths = ratios.Count(r => Math.Abs(r - 1.2) < 1e-9 || Math.Abs(r - 0.8) < 1e-9);
        Assert.True(fifths >= 4, string.Join(" ", ratios));
    }

    [Fact]
    public void A_member_that_fails_is_replaced_too()
    {
        var study = Study(new Perturbation());
        for (var k = 0; k < 8; k++)
        {
            study.Ask();
            if (k == 3)
            {
                study.Tell(3, TrialState.Failed, null, "out of memory");
                continue;
            }

            study.Report(k, Interval, k);
            study.Pause(k, Interval);
        }

        var forks = new List<Trial>();
        while (study.Promote() is null && study.Ask() is { } fork)
            forks.Add(fork);
        while (study.Promote() is not null)
        {
        }

        while (study.Ask() is { } fork)
            forks.Add(fork);
        Assert.Equal(2, forks.Count); // 7 came: 1 is given up, 6 go on, 2 are missing
        Assert.All(forks, fork => Assert.Equal(new TrialOrigin(0, Interval), fork.Origin));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PopulationOptions { Size = 3 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PopulationOptions { Interval = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PopulationOptions { Share = 0.6 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PopulationOptions { ResampleChance = 1.1 });
    }

    protected override Sampler Make() => new PopulationSampler(new() { Size = 100_000 });

    internal static Study Run(int parallel, Exploration exploration)
    {
        var study = Study(exploration);
        var skill = new Dictionary<int, double>();
        var running = new Queue<int>();
        while (true)
        {
            while (running.Count < parallel && (study.Promote() ?? study.Ask()?.Number) is { } next)
                running.Enqueue(next);
            if (!running.TryDequeue(out var number))
                return study;
            var trial = study.Trials[number];
            while (trial.State == TrialState.Running)
            {
                // What is learnt in a step depends on the rate; the best rate falls as the training goes on.
                var before = skill.TryGetValue(number, out var own) ? own
                    : trial.Origin is { } origin ? study.Trials[origin.Trial].IntermediateValues
                        .First(v => v.Step == origin.Step).Value
                    : 1;
                var step = trial.Steps + 1;
                var best = 0.5 * Math.Pow(0.8, step);
                var off = Math.Log(trial.Configuration["rate"].AsFloat() / best);
                skill[number] = before * (1 - (0.3 * Math.Exp(-off * off)));
                var decision = study.Report(number, step, skill[number]);
                if (step == End)
                    study.Tell(number, TrialState.Completed, skill[number]);
                else if (decision.Verdict == Verdict.Pause)
                    study.Pause(number, step);
            }
        }
    }

    private static double? At(Trial trial, int step) =>
        trial.IntermediateValues.Where(v => v.Step == step).Select(v => (double?)v.Value).FirstOrDefault();

    private static Study Study(Exploration exploration)
    {
        var sampler = new PopulationSampler(
            new() { Size = 8, Interval = Interval, Inherited = ["width"] }, exploration);
        return new(new()
        {
            Space = new([
                new("rate", new FloatDistribution(1e-3, 1, Log: true)),
                new("width", new IntDistribution(1, 100)),
            ]),
            Sampler = sampler,
            Pruner = sampler.Pruner,
            MaxResource = End,
            Seed = 4,
        });
    }
}

public sealed class PopulationPrunerTests : PrunerConformance
{
    protected override Pruner Make() => new PopulationSampler(new() { Size = 4 }).Pruner;
}
