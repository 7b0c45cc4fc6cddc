using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class AutoSamplerTests : SamplerConformance
{
    [Fact]
    public void Each_suggestion_says_who_made_it_and_what_is_hoped_for()
    {
        var study = Study(new([new("x", new FloatDistribution(0, 1))]), 1);
        for (var k = 0; k < 20; k++)
            study.Tell(k, TrialState.Completed, Math.Abs(study.Ask()!.Configuration["x"].AsFloat() - 0.4));
        Assert.Equal("gp: start, the middle", study.Trials[0].Why);
        Assert.All(study.Trials.Skip(1).Take(5), t => Assert.Equal("gp: start, spread evenly", t.Why));
        string Start(Trial trial) => trial.Number > 10 && trial.Number % 5 == 4 ? "tpe: " : "gp: expected gain ";
        Assert.All(study.Trials.Skip(6), t => Assert.StartsWith(Start(t), t.Why, StringComparison.Ordinal));
        Assert.Equal(study.Trials.Select(t => t.Why), study.Log.OfType<TrialAsked>().Select(asked => asked.Why));
    }

    /// <summary>
    /// A staircase of 20 steps on each axis with the goal a step of its own: flat nearly everywhere.
    /// </summary>
    [Fact]
    public void Plateaus_are_no_dead_end()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(0, 1)), new("y", new FloatDistribution(0, 1))]);
        for (var seed = 0UL; seed < 3; seed++)
        {
            var study = AutoStudy(space, seed);
            for (var k = 0; k < 60; k++)
            {
                var at = study.Ask()!.Configuration;
                var (x, y) = (Math.Floor(20 * at["x"].AsFloat()), Math.Floor(20 * at["y"].AsFloat()));
                study.Tell(k, TrialState.Completed, Math.Abs(x - 6) + Math.Abs(y - 13));
            }

            Assert.InRange(study.Best!.Value!.Value, 0, 1); // 5 of 400 steps: 60 random trials would miss it in half
            Assert.InRange(study.Trials.Count(t => t.Why!.StartsWith("forest: ", StringComparison.Ordinal)), 10, 30);
        }
    }

    // In the next three tests the trials so far are given: the choice is a function of the number and the verdicts, not
    // of who proposed what, and four hundred suggestions would take minutes.
    [Fact]
    public void Some_hundred_trials_make_it_turn_to_both_samplers_alike()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(0, 1))]);
        var study = Study(space, 1);
        var random = new SearchRandom(3);
        for (var k = 0; k < 400; k++)
        {
            study.Enqueue(space.Draw(random));
            study.Tell(k, TrialState.Completed, random.NextDouble());
        }

        var turns = Enumerable.Range(0, 4).Select(_ => study.Ask()!.Why![..2]).ToList();
        Assert.Equal(["gp", "tp", "gp", "tp"], turns);
    }

    [Fact]
    public void A_thousand_trials_are_left_to_the_sampler_that_stays_quick()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(0, 1))]);
        var study = Study(space, 1);
        var random = new SearchRandom(3);
        for (var k = 0; k < 1000; k++)
        {
            study.Enqueue(space.Draw(random));
            study.Tell(k, TrialState.Completed, random.NextDouble());
        }

        Assert.All(
            Enumerable.Range(0, 5).Select(_ => study.Ask()!.Why!),
            why => Assert.StartsWith("tpe: ", why, StringComparison.Ordinal));
    }

    [Fact]
    public void Steps_are_left_to_trees_every_other_time()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(0, 1)), new("y", new FloatDistribution(0, 1))]);
        var study = Study(space, 1);
        var random = new SearchRandom(3);
        for (var k = 0; k < 60; k++)
        {
            var at = space.Draw(random);
            study.Enqueue(at);
            var (x, y) = (Math.Floor(4 * at["x"].AsFloat()), Math.Floor(4 * at["y"].AsFloat()));
            study.Tell(k, TrialState.Completed, (x * x) + (1.3 * y) + (0.1 * x * y));
        }

        Assert.Equal(["forest", "gp"], Enumerable.Range(0, 2).Select(_ => study.Ask()!.Why!.Split(':')[0]).Order());
    }

    /// <summary>What it owes to every study does not depend on how hard its process searches.</summary>
    protected override Sampler Make() => new AutoSampler(new GpOptions { Candidates = 100, Starts = 2, Fantasies = 4 });

    private static Study AutoStudy(SearchSpace space, ulong seed) =>
        new(new() { Space = space, Sampler = new AutoSampler(), Seed = seed });
}
