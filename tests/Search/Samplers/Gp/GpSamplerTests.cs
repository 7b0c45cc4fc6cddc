using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class GpSamplerTests : SamplerConformance
{
    [Fact]
    public void It_finds_a_minimum_in_few_trials()
    {
        var space = new SearchSpace([
            new("x", new FloatDistribution(-1, 1)), new("y", new FloatDistribution(1e-6, 1, Log: true)),
            new("n", new IntDistribution(1, 40)), new("c", CategoricalDistribution.Of("a", "b", "c")),
        ]);
        for (var seed = 0UL; seed < 3; seed++)
        {
            var study = new Study(new() { Space = space, Sampler = new GpSampler(), Seed = seed });
            for (var k = 0; k < 50; k++)
                study.Tell(k, TrialState.Completed, Bowl(study.Ask()!.Configuration));
            var best = study.Best!.Configuration;
            Assert.Equal("b", best["c"].AsText());
            Assert.InRange(study.Best!.Value!.Value, 0, 0.01); // random search's median here is 0.4
        }
    }

    /// <summary>The best in the box, 0 at the origin, is forbidden; the best allowed is 0.5 on the line x + y = 1.
    /// </summary>
    [Fact]
    public void Constraints_are_learnt_and_kept()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(-1, 2)), new("y", new FloatDistribution(-1, 2))]);
        var study = Study(space, 5);
        for (var k = 0; k < 40; k++)
        {
            var at = study.Ask()!.Configuration;
            var (x, y) = (at["x"].AsFloat(), at["y"].AsFloat());
            study.Tell(k, TrialState.Completed, (x * x) + (y * y), null, [1 - x - y]);
        }

        Assert.True(study.Best!.IsFeasible);
        Assert.InRange(study.Best!.Value!.Value, 0.5, 0.51);
    }

    [Fact]
    public void Noise_does_not_pin_it_to_a_lucky_trial()
    {
        var study = Study(new([new("x", new FloatDistribution(0, 1))]), 6);
        var noise = new SearchRandom(9);
        for (var k = 0; k < 50; k++)
        {
            var x = study.Ask()!.Configuration["x"].AsFloat();
            study.Tell(k, TrialState.Completed, Math.Pow(x - 0.6, 2) + (0.1 * (noise.NextDouble() - 0.5)));
        }

        var late = study.Trials.Skip(25).Select(t => Math.Abs(t.Configuration["x"].AsFloat() - 0.6)).Order().ToList();
        Assert.InRange(late[late.Count / 2], 0, 0.2); // uniform draws: 0.26
    }

    [Fact]
    public void Infeasible_regions_are_left()
    {
        var study = Study(new([new("x", new FloatDistribution(0, 1))]), 8);
        for (var k = 0; k < 40; k++)
        {
            var x = study.Ask()!.Configuration["x"].AsFloat();
            if (x < 0.7)
                study.Tell(k, TrialState.Infeasible);
            else
                study.Tell(k, TrialState.Completed, x);
        }

        Assert.InRange(study.Trials.Skip(20).Count(t => t.State == TrialState.Infeasible), 0, 10); // by chance 14
    }

    /// <summary>
    /// The front of (x² + y², (x − 1)² + y²) is the segment from (0, 0) to (1, 0), f₂ = (1 − √f₁)²: with the reference
    /// point (1, 1) its hypervolume is 1 − ∫₀¹ (1 − √t)² dt = 5/6.
    /// </summary>
    [Fact]
    public void Several_objectives_are_traded_off_along_the_front()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(-1, 2)), new("y", new FloatDistribution(-2, 2))]);
        var study = new Study(new()
        {
            Space = space,
            Sampler = new GpSampler(),
            Directions = [Direction.Minimize, Direction.Maximize],
        });
        for (var k = 0; k < 40; k++)
        {
            var at = study.Ask()!.Configuration;
            var (x, y) = (at["x"].AsFloat(), at["y"].AsFloat());
            study.Tell(k, TrialState.Completed, [(x * x) + (y * y), -Math.Pow(x - 1, 2) - (y * y)]);
        }

        var (volume, floor) = (0.0, 1.0);
        foreach (var trial in study.Front.Where(t => t.Values[0] < 1 && t.Values[1] > -1).OrderBy(t => t.Values[0]))
        {
            volume += (1 - trial.Values[0]) * (floor + trial.Values[1]);
            floor = -trial.Values[1];
        }

        Assert.InRange(volume, 0.8, 5.0 / 6); // random search's median here: 0.4
        Assert.Contains("expected hypervolume gain", study.Trials[^1].Why, StringComparison.Ordinal);
    }

    /// <summary>
    /// The distances from the corners of a simplex: the front is the simplex itself, x + y + z = 1 with the fourth
    /// objective the distance from the origin. Half of the plane is forbidden.
    /// </summary>
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Up_to_four_objectives_are_served_with_constraints_and_running_trials(int objectives)
    {
        var space = new SearchSpace(
            "xyz".Select(name => new Parameter($"{name}", new FloatDistribution(-1, 2))));
        var study = new Study(new()
        {
            Space = space,
            Sampler = new GpSampler(new() { Candidates = 200, Fantasies = 4 }),
            Directions = [.. Enumerable.Repeat(Direction.Minimize, objectives)],
        });
        for (var k = 0; k < 2; k++)
            study.Ask(); // two run at any time
        for (var k = 0; k < 30; k++)
        {
            double[] at = [.. "xyz".Select(name => study.Trials[k].Configuration[$"{name}"].AsFloat())];
            ValueList values = [.. Enumerable.Range(0, objectives)
                .Select(j => at.Select((x, i) => Math.Pow(x - (i == j ? 1 : 0), 2)).Sum())];
            study.Tell(k, TrialState.Completed, values, null, [at[0] - at[1]]);
            study.Ask();
        }

        var late = study.Trials.Skip(16).ToList();
        var spread = late.Max(t => t.Configuration["y"].AsFloat()) - late.Min(t => t.Configuration["y"].AsFloat());
        Assert.InRange(study.Front.Count, 12, 30); // of 30 random points about 3
        Assert.All(study.Front, trial => Assert.True(trial.IsFeasible));
        Assert.InRange(spread, 0.5, 3);
        Assert.Equal(late.Count, late.Select(trial => trial.Configuration).Distinct().Count());
    }

    [Fact]
    public void A_thousand_trials_are_no_obstacle()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(0, 1)), new("n", new IntDistribution(0, 9))]);
        var study = new Study(new() { Space = space, Sampler = new GpSampler(new() { MostObservations = 100 }) });
        var random = new SearchRandom(3);
        for (var k = 0; k < 1000; k++)
        {
            var trial = study.Enqueue(new RandomSampler().Suggest(space, null!, random));
            study.Tell(k, TrialState.Completed, Math.Abs(trial.Configuration["x"].AsFloat() - 0.25));
        }

        for (var k = 1000; k < 1020; k++)
            study.Tell(k, TrialState.Completed, Math.Abs(study.Ask()!.Configuration["x"].AsFloat() - 0.25));
        Assert.InRange(study.Trials.Skip(1000).Count(t => t.Value < 0.05), 6, 20); // by chance 2
    }

    [Fact]
    public void The_first_trials_see_the_middle_and_then_every_part_of_the_inner_range()
    {
        var space = new SearchSpace([
            new("x", new FloatDistribution(0, 1)), new("n", new IntDistribution(1, 6)),
            new("c", CategoricalDistribution.Of("a", "b")),
        ]);
        var study = Study(space, 2);
        for (var block = 0; block < 2; block++) // as long as no trial is told, one Latin hypercube after the other
        {
            var start = Enumerable.Range(0, 6).Select(_ => study.Ask()!.Configuration).ToList();
            start.RemoveRange(0, block == 0 ? 1 : 0);
            var parts = start.Select(c => (int)(9 * (c["x"].AsFloat() - (1.0 / 6)))).ToList(); // of 1/9 each
            Assert.Equal(start.Count, parts.Distinct().Count());
            Assert.All(parts, part => Assert.InRange(part, 0, 5));
            Assert.Equal(start.Count, start.Select(c => c["n"].AsInt()).Distinct().Count()); // few values: all of them
            Assert.InRange(start.Count(c => c["c"].AsText() == "a"), 2, 3);
        }

        Assert.Equal(0.5, study.Trials[0].Configuration["x"].AsFloat());
        Assert.Equal("gp: start, the middle", study.Trials[0].Why);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new GpOptions { StartupTrials = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GpOptions { Candidates = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GpOptions { Starts = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GpOptions { Fantasies = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new GpOptions { MostObservations = 9 });
    }

    protected override Sampler Make() => new GpSampler(new() { Candidates = 100, Starts = 2, Fantasies = 4 });

    private static double Bowl(Configuration x) =>
        Math.Pow(x["x"].AsFloat() - 0.7, 2) + (0.1 * Math.Pow(Math.Log10(x["y"].AsFloat()) + 3, 2))
        + Math.Pow((x["n"].AsInt() - 12) / 20.0, 2) + (x["c"].AsText() == "b" ? 0 : 0.5);
}
