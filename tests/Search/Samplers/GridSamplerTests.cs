using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class GridSamplerTests : SamplerConformance
{
    protected override bool UsesChance => false;

    [Fact]
    public void The_last_parameter_changes_fastest_and_then_there_is_no_more()
    {
        var study = Study(
            new([new("a", new IntDistribution(1, 2)), new("b", CategoricalDistribution.Of("x", "y"))]), 0);
        Assert.Equal(["a=1, b=x", "a=1, b=y", "a=2, b=x", "a=2, b=y"], AskAll(study).Select(c => c.ToString()));
        Assert.Null(study.Ask());
        Assert.Equal(4, study.Trials.Count);
    }

    [Fact]
    public void Inactive_parameters_add_no_combinations()
    {
        var space = new SearchSpace([
            new("opt", CategoricalDistribution.Of("adam", "sgd")),
            new("momentum", CategoricalDistribution.Of(0.0, 0.9), Condition.On("opt", "sgd")),
            new("nesterov", CategoricalDistribution.Of(true, false), Condition.On("momentum", 0.9)),
            new("n", new IntDistribution(1, 2)),
        ]);
        var asked = AskAll(Study(space, 0)).Select(c => c.ToString()).ToList();
        Assert.Equal(
            [
                "opt=adam, n=1", "opt=adam, n=2", "opt=sgd, momentum=0, n=1", "opt=sgd, momentum=0, n=2",
                "opt=sgd, momentum=0.9, nesterov=true, n=1", "opt=sgd, momentum=0.9, nesterov=true, n=2",
                "opt=sgd, momentum=0.9, nesterov=false, n=1", "opt=sgd, momentum=0.9, nesterov=false, n=2",
            ],
            asked);
    }

    [Property(MaxTest = 100)]
    public void Every_combination_comes_once_and_the_count_is_right(int seed)
    {
        var space = RandomSpaces.Any(SearchRandom.For((ulong)seed, 0, "grid"), finite: true);
        var sampler = new GridSampler(new() { LargestRange = 10 });
        var count = sampler.CountCombinations(space);
        if (count > 5000)
            return;
        var asked = AskAll(new(new() { Space = space, Sampler = sampler }));
        Assert.Equal(count, asked.Count);
        Assert.Equal(asked.Count, asked.Distinct().Count());
        // Exact: random draws find nothing that the grid has not.
        var (all, random) = (asked.ToHashSet(), SearchRandom.For((ulong)seed, 1, "grid"));
        for (var k = 0; k < 50; k++)
            Assert.Contains(space.Build(p => RandomSampler.Draw(p.Distribution, random)), all);
    }

    [Property(MaxTest = 100)]
    public void Combinations_that_break_a_rule_are_passed_over(int seed)
    {
        var space = RandomSpaces.Any(SearchRandom.For((ulong)seed, 0, "grid"), finite: true);
        var sampler = new GridSampler(new() { LargestRange = 10 });
        if (sampler.CountCombinations(space) > 2000)
            return;
        var numbers = space.Parameters.Where(p => p.Distribution is IntDistribution or FloatDistribution).ToList();
        var rules = numbers.Take(2).Select(p => (Condition)$"{p.Name} <= {p.Distribution.Decode(0.6)}").ToList();
        var ruled = new SearchSpace(space.Parameters, rules);
        var all = AskAll(new(new() { Space = space, Sampler = sampler }));
        Assert.Equal(
            all.Where(ruled.Allows),
            AskAll(new(new() { Space = ruled, Sampler = sampler })));
        Assert.Equal(all.Count(ruled.Allows), sampler.CountCombinations(ruled));
    }

    [Fact]
    public void What_was_enqueued_is_not_tried_again()
    {
        var study = Study(new([new("a", new IntDistribution(1, 3))]), 0);
        study.Enqueue(Configuration.Of(("a", 2)));
        Assert.Equal(["a=1", "a=3"], AskAll(study).Select(c => c.ToString()));
    }

    [Fact]
    public void Ranges_are_spread_from_end_to_end()
    {
        Assert.Equal("x=0;x=0.5;x=1", Grid(new FloatDistribution(0, 1), 3));
        Assert.Equal("x=1;x=10;x=100", Grid(new FloatDistribution(1, 100, Log: true), 3));
        Assert.Equal("x=0.5", Grid(new FloatDistribution(0, 1), 1));
        Assert.Equal("x=0;x=0.25;x=0.5", Grid(new FloatDistribution(0, 0.5, Step: 0.25), 2));
        Assert.Equal("x=0;x=50;x=100", Grid(new IntDistribution(0, 100), 3));
        Assert.Equal("x=1;x=2;x=3;x=4", Grid(new IntDistribution(1, 4), 2));
        Assert.Equal("x=0;x=50;x=100", Grid(new IntDistribution(0, 100, Step: 50), 2));
        Assert.Equal("x=7", Grid(new FloatDistribution(7, 7), 4));
    }

    [Fact]
    public void A_huge_grid_is_counted_and_walked_without_being_built()
    {
        var space = new SearchSpace(
            Enumerable.Range(0, 30).Select(i => new Parameter($"p{i}", new FloatDistribution(0, 1e6, Step: 1e-3))));
        Assert.Equal(long.MaxValue, new GridSampler().CountCombinations(space));
        var study = Study(space, 0);
        study.Ask();
        Assert.Equal(0.001, study.Ask()!.Configuration["p29"]);
        Assert.Equal(13_020, new GridSampler(new() { LargestRange = 70 }).CountCombinations(new([
            new("a", new IntDistribution(1, 62)), new("b", new IntDistribution(1, 70)),
            new("c", new IntDistribution(1, 3)),
        ])));
    }

    /// <summary>
    /// As many trials as in github.com/wandb/wandb/issues/10105, where 64 agents ran 17,961 trials instead.
    /// </summary>
    [Fact]
    public void Sixty_four_askers_at_once_get_every_point_once()
    {
        var space = new SearchSpace([
            new("a", new IntDistribution(1, 62)), new("b", new IntDistribution(1, 70)),
            new("c", new IntDistribution(1, 3)),
        ]);
        var study = new Study(new() { Space = space, Sampler = new GridSampler(new() { LargestRange = 70 }) });
        var askers = Enumerable.Range(0, 64).Select(_ => study.Ask()).ToList();
        var random = new SearchRandom(5);
        while (askers.Count > 0)
        {
            var turn = (int)random.NextInt64(askers.Count); // whoever is done first asks next
            study.Tell(askers[turn]!.Number, TrialState.Completed, random.NextDouble());
            if (study.Ask() is { } next)
                askers[turn] = next;
            else
                askers.RemoveAt(turn);
        }

        Assert.Equal(13_020, study.Trials.Count);
        Assert.Equal(13_020, study.Trials.Select(trial => trial.Configuration).Distinct().Count());
    }

    protected override Sampler Make() => new GridSampler(new() { Points = 7 });

    private static string Grid(Distribution distribution, int points) => string.Join(';', AskAll(
        new(new() { Space = new([new("x", distribution)]), Sampler = new GridSampler(new() { Points = points }) })));

    private static List<Configuration> AskAll(Study study)
    {
        var all = new List<Configuration>();
        while (study.Ask() is { } trial)
            all.Add(trial.Configuration);
        return all;
    }
}
