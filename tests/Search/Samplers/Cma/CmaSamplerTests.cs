using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class CmaSamplerTests : SamplerConformance
{
    private static readonly SearchSpace _square = new([
        new("x", new FloatDistribution(-5, 5)), new("y", new FloatDistribution(1e-4, 1, Log: true)),
    ]);

    [Fact]
    public void It_finds_the_minimum_of_a_mixed_bowl()
    {
        var space = new SearchSpace([
            new("x", new FloatDistribution(-1, 1)), new("y", new FloatDistribution(1e-6, 1, Log: true)),
            new("n", new IntDistribution(0, 9)), new("c", CategoricalDistribution.Of("a", "b", "c")),
        ]);
        var found = 0;
        for (ulong seed = 0; seed < 10; seed++)
        {
            var study = new Study(new() { Space = space, Sampler = new CmaSampler(), Seed = seed });
            for (var k = 0; k < 250; k++)
            {
                var x = study.Ask()!.Configuration;
                study.Tell(k, TrialState.Completed,
                    Math.Pow(x["x"].AsFloat() - 0.7, 2) + Math.Pow(Math.Log10(x["y"].AsFloat()) + 3, 2)
                    + Math.Abs(x["n"].AsInt() - 7) + (x["c"].AsText() == "b" ? 0 : 1));
            }

            found += study.Best!.Value < 0.01 ? 1 : 0;
        }

        Assert.InRange(found, 9, 10); // random search gets there with a chance below 0.02
    }

    [Fact]
    public void Trials_told_before_its_first_own_are_a_warm_start()
    {
        var study = new Study(new() { Space = _square, Sampler = new CmaSampler(), Seed = 1 });
        for (var k = 0; k < 50; k++)
        {
            var x = -5 + (k * 0.2);
            study.Enqueue(Configuration.Of(("x", x), ("y", 0.01)));
            study.Tell(k, TrialState.Completed, Math.Abs(x - 3));
        }

        AssertStartsAround3(study);
    }

    [Fact]
    public void Trials_of_another_study_are_a_warm_start_too()
    {
        var options = new CmaOptions
        {
            WarmStart =
            [
                .. Enumerable.Range(0, 50).Select(k => -5 + (k * 0.2))
                    .Select(x => (Configuration.Of(("x", x), ("y", 0.01)), -Math.Abs(x - 3))),
                (Configuration.Of(("x", 3)), 1), // does not fit
            ],
        };
        AssertStartsAround3(
            new(new() { Space = _square, Sampler = new CmaSampler(options), Direction = Direction.Maximize }));
    }

    [Fact]
    public void After_convergence_it_begins_anew_elsewhere()
    {
        var options = new CmaOptions { StepTolerance = 0.01 };
        var study = new Study(new() { Space = _square, Sampler = new CmaSampler(options), Seed = 2 });
        for (var k = 0; k < 600; k++)
            study.Tell(k, TrialState.Completed, Math.Pow(study.Ask()!.Configuration["x"].AsFloat() - 1, 2));
        var distances = study.Trials.Select(t => Math.Sqrt(t.Value!.Value)).Chunk(6).Select(c => c.Min()).ToList();
        var first = distances.FindIndex(d => d < 0.01);
        Assert.InRange(first, 0, 60);
        Assert.Contains(distances.Skip(first + 5), d => d > 1);
    }

    [Fact]
    public void The_population_doubles_with_each_IPOP_restart_and_BIPOP_takes_turns()
    {
        Assert.Equal([6, 12, 24, 48], Populations(CmaRestarts.Ipop));
        var bipop = Populations(CmaRestarts.Bipop);
        Assert.Equal(6, bipop[0]);
        Assert.InRange(bipop[1], 6, 6); // small: between λ and half the largest
        Assert.Contains(12, bipop);
    }

    [Fact]
    public void Parallel_trials_lose_little()
    {
        static double Bowl(Configuration x) =>
            Math.Pow(x["x"].AsFloat() - 2, 2) + Math.Pow(Math.Log10(x["y"].AsFloat()) + 3, 2);
        double Best(int running, ulong seed)
        {
            var study = new Study(new() { Space = _square, Sampler = new CmaSampler(), Seed = seed });
            for (var k = 0; k < 200 + running; k++)
            {
                if (k < 200)
                    study.Ask();
                if (k >= running)
                    study.Tell(k - running, TrialState.Completed, Bowl(study.Trials[k - running].Configuration));
            }

            return Math.Log10(study.Best!.Value!.Value);
        }

        // Sixteen running trials are more than two generations; random search is at 0.03 after 200 trials.
        var alone = Enumerable.Range(0, 10).Average(seed => Best(0, (ulong)seed));
        var together = Enumerable.Range(0, 10).Average(seed => Best(16, (ulong)seed));
        Assert.InRange(alone, -12, -4);
        Assert.InRange(together, -12, -3);
    }

    [Fact]
    public void It_learns_where_rules_cut_the_space_off()
    {
        // The best point that keeps the rule lies on its edge, at (2.5, 2.5).
        var space = new SearchSpace(
            [new("a", new FloatDistribution(0, 10)), new("b", new FloatDistribution(0, 10))], ["a + b <= 5"]);
        for (ulong seed = 0; seed < 5; seed++)
        {
            var study = new Study(new() { Space = space, Sampler = new CmaSampler(), Seed = seed });
            for (var k = 0; k < 200; k++)
            {
                var x = study.Ask()!.Configuration;
                study.Tell(k, TrialState.Completed,
                    Math.Pow(x["a"].AsFloat() - 4, 2) + Math.Pow(x["b"].AsFloat() - 4, 2));
            }

            Assert.Equal(4.5, study.Best!.Value!.Value, 0.05); // random search: about 4.9
        }
    }

    [Fact]
    public void Infeasible_regions_are_left()
    {
        var study = new Study(new() { Space = _square, Sampler = new CmaSampler(), Seed = 8 });
        for (var k = 0; k < 200; k++)
        {
            var x = study.Ask()!.Configuration["x"].AsFloat();
            if (x < 1)
                study.Tell(k, TrialState.Infeasible);
            else
                study.Tell(k, TrialState.Completed, x);
        }

        Assert.InRange(study.Best!.Value!.Value, 1, 1.01);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CmaOptions { Population = 3 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CmaOptions { InitialStep = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new CmaOptions { StepTolerance = 1 });
    }

    protected override Sampler Make() => new CmaSampler(new() { Population = 4 });

    private static void AssertStartsAround3(Study study)
    {
        var asked = Enumerable.Range(0, 30).Select(_ => study.Ask()!.Configuration).ToList();
        // About 3, σ = 0.1 of the range of 10 and a little more; in the middle of the space the mean would be 0.
        Assert.Equal(3, asked.Average(x => x["x"].AsFloat()), 0.7);
        Assert.Equal(-2, asked.Average(x => Math.Log10(x["y"].AsFloat())), 0.3);
    }

    private static List<int> Populations(CmaRestarts restarts)
    {
        var axes = new CmaAxes(_square);
        var schedule = new CmaSchedule(new() { Restarts = restarts }, axes, 1);
        var runs = new List<CmaRun> { schedule.First([]) };
        while (runs.Count < 4)
        {
            for (var k = 0; k < 100; k++)
                runs[^1].Tell(CmaRank.Completed(k, k), runs[^1].Draw(new SearchRandom((ulong)k)));
            runs.Add(schedule.After(runs[^1]));
        }

        return runs.ConvertAll(run => run.Population);
    }
}

public sealed class CmaVariantsTests : SamplerConformance
{
    protected override Sampler Make() => new CmaSampler(new()
    {
        Population = 4,
        Separable = true,
        AdaptLearningRates = true,
        Restarts = CmaRestarts.Ipop,
        StepTolerance = 0.2,
    });
}
