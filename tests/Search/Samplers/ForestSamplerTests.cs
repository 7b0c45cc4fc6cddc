using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class ForestSamplerTests : SamplerConformance
{
    [Fact]
    public void It_finds_the_best_branch_and_choices_of_a_conditional_space()
    {
        var space = new SearchSpace([
            new("kind", CategoricalDistribution.Of("tree", "net", "line")),
            new("depth", new IntDistribution(1, 20), Condition.On("kind", "tree")),
            new("rate", new FloatDistribution(1e-5, 1, Log: true), Condition.On("kind", "net")),
            new("loss", CategoricalDistribution.Of("a", "b", "c", "d"), Condition.On("kind", "net")),
        ]);
        static double Loss(Configuration x) => x["kind"].AsText() switch
        {
            "tree" => 1 + (Math.Abs(x["depth"].AsInt() - 6) / 10.0),
            "net" => 0.5 + Math.Abs(Math.Log10(x["rate"].AsFloat()) + 3) + (x["loss"].AsText() == "c" ? 0 : 1),
            _ => 1.5,
        };
        var found = 0;
        for (ulong seed = 0; seed < 10; seed++)
        {
            var study = Study(space, seed, new ForestSampler());
            for (var k = 0; k < 80; k++)
                study.Tell(k, TrialState.Completed, Loss(study.Ask()!.Configuration));
            found += study.Best!.Value < 0.6 ? 1 : 0;
        }

        Assert.InRange(found, 9, 10); // a random trial gets there with a chance of 1/300
    }

    [Fact]
    public void No_configuration_comes_twice_while_others_are_left()
    {
        var space = new SearchSpace(
            [new("n", new IntDistribution(1, 8)), new("c", CategoricalDistribution.Of("a", "b"))]);
        var study = Study(space, 1, new ForestSampler(new() { StartupTrials = 4, RandomShare = 0 }));
        for (var k = 0; k < 17; k++)
            study.Tell(k, TrialState.Completed, study.Ask()!.Configuration["n"].AsInt());
        Assert.Equal(16, study.Trials.Take(16).Select(t => t.Configuration).Distinct().Count());
    }

    [Fact]
    public void The_start_is_spread_evenly()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(0, 1))]);
        var study = Study(space, 5, new ForestSampler(new() { StartupTrials = 16 }));
        for (var k = 0; k < 16; k++)
            study.Tell(study.Ask()!.Number, TrialState.Completed, 1);
        Assert.Equal(16, study.Trials.Select(t => (int)(t.Configuration["x"].AsFloat() * 16)).Distinct().Count());
    }

    [Fact]
    public void Infeasible_regions_are_left()
    {
        var study = Study(new([new("x", new FloatDistribution(0, 1))]), 8, new ForestSampler());
        for (var k = 0; k < 60; k++)
        {
            var x = study.Ask()!.Configuration["x"].AsFloat();
            if (x < 0.7)
                study.Tell(k, TrialState.Infeasible);
            else
                study.Tell(k, TrialState.Completed, x);
        }

        Assert.InRange(study.Trials.Skip(20).Count(t => t.State == TrialState.Infeasible), 0, 25); // by chance 28
        Assert.InRange(study.Best!.Value!.Value, 0.7, 0.71);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ForestSamplerOptions { StartupTrials = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ForestSamplerOptions { Trees = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ForestSamplerOptions { RandomShare = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ForestSamplerOptions { ExploringShare = -0.1 });
    }

    protected override Sampler Make() => new ForestSampler(new() { StartupTrials = 3, RandomCandidates = 50 });

    private static Study Study(SearchSpace space, ulong seed, Sampler sampler) =>
        new(new() { Space = space, Sampler = sampler, Seed = seed });
}
