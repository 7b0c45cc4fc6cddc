using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class TpeSamplerTests : SamplerConformance
{
    [Fact]
    public void It_finds_the_minimum_of_a_bowl_far_better_than_chance()
    {
        static double Bowl(Configuration x) =>
            Math.Pow(x["x"].AsFloat() - 0.7, 2) + Math.Pow(Math.Log10(x["y"].AsFloat()) + 3, 2)
            + (x["c"].AsText() == "b" ? 0 : 1);
        var space = new SearchSpace([
            new("x", new FloatDistribution(-1, 1)), new("y", new FloatDistribution(1e-6, 1, Log: true)),
            new("c", CategoricalDistribution.Of("a", "b", "c")),
        ]);
        double BestOf(Sampler sampler, ulong seed)
        {
            var study = new Study(new() { Space = space, Sampler = sampler, Seed = seed });
            for (var k = 0; k < 80; k++)
                study.Tell(k, TrialState.Completed, Bowl(study.Ask()!.Configuration));
            return study.Best!.Value!.Value;
        }

        var wins = Enumerable.Range(0, 10).Count(seed =>
            BestOf(new TpeSampler(), (ulong)seed) < BestOf(new RandomSampler(), (ulong)seed) / 2);
        Assert.InRange(wins, 9, 10); // by chance alone: below 0.02
    }

    [Fact]
    public void The_start_is_random_and_counts_verdicts_only()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(0, 1))]);
        var tpe = Study(space, 6);
        var random = new Study(new() { Space = space, Sampler = new RandomSampler(), Seed = 6 });
        for (var k = 0; k < 30; k++)
        {
            Assert.Equal(random.Ask()!.Configuration, tpe.Ask()!.Configuration);
            if (k < 9)
                tpe.Tell(k, TrialState.Completed, 1); // nine verdicts; then failures and running ones
            else if (k < 20)
                tpe.Tell(k, TrialState.Failed);
        }

        tpe.Tell(25, TrialState.Infeasible); // the tenth verdict
        Assert.NotEqual(random.Ask()!.Configuration, tpe.Ask()!.Configuration);
    }

    [Fact]
    public void A_branch_learns_from_the_trials_in_which_it_was_active()
    {
        var space = new SearchSpace([
            new("kind", CategoricalDistribution.Of("a", "b")),
            new("xa", new FloatDistribution(0, 1), Condition.On("kind", "a")),
            new("xb", new FloatDistribution(0, 1), Condition.On("kind", "b")),
        ]);
        var study = Study(space, 8);
        for (var k = 0; k < 100; k++)
        {
            var x = study.Ask()!.Configuration;
            var loss = x.TryGet("xa", out var a) ? Math.Abs(a.AsFloat() - 0.2) : Math.Abs(x["xb"].AsFloat() - 0.8);
            study.Tell(k, TrialState.Completed, loss);
        }

        var late = study.Trials.Skip(50).ToList();
        Assert.All(late, t => Assert.Equal(2, t.Configuration.Count));
        // Uniform draws would be 0.26 off on average (∫|x − 0.8|dx = 0.34): half of that or less.
        Assert.InRange(late.Average(t => t.Value!.Value), 0, 0.13);
    }

    [Fact]
    public void A_branch_that_begins_badly_is_not_given_up()
    {
        // The easy branch is at its best at once, with 0.1; the other one has the optimum, 0, in four dimensions, where
        // its first values are about 0.7. One that is left alone for its first values never gets below 0.1.
        var space = new SearchSpace([
            new("kind", CategoricalDistribution.Of("easy", "hard")),
            .. Enumerable.Range(0, 4)
                .Select(i => new Parameter($"x{i}", new FloatDistribution(0, 1), "kind == 'hard'")),
        ]);
        var below = Enumerable.Range(0, 10).Count(seed =>
        {
            var study = Study(space, (ulong)seed);
            for (var k = 0; k < 150; k++)
            {
                var x = study.Ask()!.Configuration;
                study.Tell(k, TrialState.Completed, x["kind"] == "easy"
                    ? 0.1
                    : Enumerable.Range(0, 4).Sum(i => 2 * Math.Pow(x[$"x{i}"].AsFloat() - (0.2 * (i + 1)), 2)));
            }

            return study.Best!.Value < 0.05;
        });
        Assert.InRange(below, 8, 10);
    }

    [Fact]
    public void In_a_small_space_nothing_is_tried_twice_while_there_is_more()
    {
        var space = new SearchSpace([
            new("a", new IntDistribution(1, 8)), new("b", CategoricalDistribution.Of("x", "y", "z")),
        ]);
        var study = Study(space, 5);
        for (var k = 0; k < 24; k++)
            study.Tell(k, TrialState.Completed, study.Ask()!.Configuration["a"].AsInt());
        var started = study.Trials.Take(10).Select(t => t.Configuration).Distinct().Count();
        Assert.Equal(started + 14, study.Trials.Select(t => t.Configuration).Distinct().Count());
        Assert.NotNull(study.Ask()); // and then again
    }

    [Fact]
    public void Infeasible_regions_are_left()
    {
        var study = Study(new([new("x", new FloatDistribution(0, 1))]), 8);
        for (var k = 0; k < 100; k++)
        {
            var x = study.Ask()!.Configuration["x"].AsFloat();
            if (x < 0.7)
                study.Tell(k, TrialState.Infeasible);
            else
                study.Tell(k, TrialState.Completed, 1 + x);
        }

        var late = study.Trials.Skip(50);
        Assert.InRange(late.Count(t => t.State == TrialState.Infeasible), 0, 27); // by chance 35, σ 3.2
    }

    [Fact]
    public void Of_several_objectives_it_finds_far_more_of_the_front_than_chance()
    {
        double Volume(Sampler sampler, ulong seed)
        {
            var study = new Study(new()
            {
                Space = new(Enumerable.Range(0, 5).Select(i => new Parameter($"x{i}", new FloatDistribution(0, 1)))),
                Sampler = sampler,
                Directions = [Direction.Minimize, Direction.Maximize],
                Seed = seed,
            });
            for (var k = 0; k < 100; k++)
            {
                var x = study.Ask()!.Configuration.Items.Select(item => item.Value.AsFloat()).ToArray();
                var off = x.Skip(2).Sum(v => Math.Abs(v - 0.6));
                ValueList constraints = [0.2 - x[1]];
                study.Tell(k, TrialState.Completed, [x[0] + off, Math.Sqrt(x[0]) - x[1] - off], null, constraints);
            }

            Assert.All(study.Front, t => Assert.True(t.IsFeasible));
            return Hypervolume.Of([.. study.Front.SelectMany(t => (double[])[t.Values[0], -t.Values[1]])], [2, 2]);
        }

        // 3.53 is the volume of the whole front: f2 = √f1 − 0.2.
        var wins = Enumerable.Range(0, 10).Count(seed =>
            Volume(new TpeSampler(), (ulong)seed) > 0.3 + Volume(new RandomSampler(), (ulong)seed));
        Assert.InRange(wins, 9, 10);
    }

    [Fact]
    public void Broken_constraints_are_left_behind()
    {
        var study = Study(new([new("x", new FloatDistribution(0, 1)), new("y", new FloatDistribution(0, 1))]), 8);
        for (var k = 0; k < 100; k++)
        {
            var (x, y) = (study.Ask()!.Configuration["x"].AsFloat(), study.Trials[k].Configuration["y"].AsFloat());
            study.Tell(k, TrialState.Completed, x + y, null, [0.9 - x, 0.9 - y]); // the best lies at (0.9, 0.9)
        }

        Assert.InRange(study.Trials.Skip(50).Count(t => t.IsFeasible), 10, 50); // by chance 0.5
        Assert.InRange(study.Best!.Value!.Value, 1.8, 1.85);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TpeOptions { StartupTrials = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TpeOptions { Candidates = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TpeOptions { GoodShare = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TpeOptions { MostGood = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TpeOptions { MostOthers = 99 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TpeOptions { Narrowing = 0 });
    }

    protected override Sampler Make() => new TpeSampler();
}

public sealed class TpeWithOptunaSettingsTests : SamplerConformance
{
    protected override Sampler Make() => new TpeSampler(TpeOptions.Optuna5);
}
