using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class NsgaIISamplerTests : SamplerConformance
{
    [Fact]
    public void With_the_papers_settings_it_converges_at_least_as_fast_as_the_paper_says()
    {
        // Deb et al. 2002, Table II: after 25,000 evaluations of ZDT1 with 30 variables the mean distance to the true
        // front, f2 = 1 − √f1 at 500 even points, is 0.033482 on average (variance 0.004750) for real-coded NSGA-II.
        var study = Zdt1(new NsgaIISampler(NsgaOptions.Deb2002), variables: 30, trials: 25_000, seed: 1);
        var truth = Enumerable.Range(0, 500).Select(i => (double[])[i / 499.0, 1 - Math.Sqrt(i / 499.0)]).ToList();
        var distance = study.Front.Average(t => truth.Min(
            p => Math.Sqrt(Math.Pow(t.Values[0] - p[0], 2) + Math.Pow(t.Values[1] - p[1], 2))));
        Assert.InRange(distance, 0, 0.0335);
        Assert.InRange(study.Front.Max(t => t.Values[0]) - study.Front.Min(t => t.Values[0]), 0.95, 1);
    }

    [Fact]
    public void A_few_hundred_trials_find_far_more_of_the_front_than_chance()
    {
        double Volume(Sampler sampler, ulong seed) =>
            Hypervolume.Of([.. Zdt1(sampler, 6, 200, seed).Front.SelectMany(t => t.Values)], [1.1, 4]);
        var wins = Enumerable.Range(0, 10).Count(seed =>
            Volume(new NsgaIISampler(), (ulong)seed) > 0.3 + Volume(new RandomSampler(), (ulong)seed));
        Assert.InRange(wins, 9, 10); // of a volume of 4.07 in all
    }

    [Fact]
    public void Generations_follow_the_order_in_which_trials_are_told()
    {
        var options = new NsgaOptions { PopulationSize = 4, GenerationSize = 4 };
        var space = Cube(2);
        var (study, random) = (Make(new NsgaIISampler(options)), Make(new RandomSampler()));
        for (var k = 0; k < 8; k++)
            Assert.Equal(random.Ask()!.Configuration, study.Ask()!.Configuration); // none was told
        foreach (var k in (int[])[5, 2, 7])
            study.Tell(k, TrialState.Completed, k);
        Assert.Equal(random.Ask()!.Configuration, study.Ask()!.Configuration); // three were
        study.Tell(0, TrialState.Completed, 0);
        Assert.NotEqual(random.Ask()!.Configuration, study.Ask()!.Configuration);

        Study Make(Sampler sampler) => new(new() { Space = space, Sampler = sampler, Seed = 4 });
    }

    [Fact]
    public void Less_broken_constraints_live_on_where_none_are_kept()
    {
        // x ≤ 0.01 is a hundredth of the range; what counts on the way there is by how much it is missed.
        var study = new Study(new()
        {
            Space = new([new("x", new FloatDistribution(0, 1)), new("y", new FloatDistribution(0, 1))]),
            Sampler = new NsgaIISampler(),
            Directions = [Direction.Minimize, Direction.Maximize],
            Seed = 2,
        });
        for (var k = 0; k < 150; k++)
        {
            var x = study.Ask()!.Configuration;
            ValueList values = [x["x"].AsFloat() + x["y"].AsFloat(), x["y"].AsFloat()];
            study.Tell(k, TrialState.Completed, values, null, x["x"].AsFloat() - 0.01);
        }

        Assert.InRange(study.Trials.Skip(75).Count(t => t.IsFeasible), 38, 75); // by chance 0.75
        Assert.NotEmpty(study.Front);
    }

    [Fact]
    public void Only_failures_leave_the_search_at_random()
    {
        var space = Cube(1);
        var study = Study(space, 5);
        var random = new Study(new() { Space = space, Sampler = new RandomSampler(), Seed = 5 });
        for (var k = 0; k < 40; k++)
        {
            Assert.Equal(random.Ask()!.Configuration, study.Ask()!.Configuration);
            study.Tell(k, TrialState.Failed);
        }
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NsgaOptions { PopulationSize = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NsgaOptions { GenerationSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NsgaOptions { CrossoverChance = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NsgaOptions { SwapChance = -0.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NsgaOptions { MutationChance = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NsgaOptions { CrossoverIndex = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new NsgaOptions { MutationIndex = double.PositiveInfinity });
    }

    protected override Sampler Make() => new NsgaIISampler();

    private static SearchSpace Cube(int variables) =>
        new(Enumerable.Range(0, variables).Select(i => new Parameter($"x{i}", new FloatDistribution(0, 1))));

    private static Study Zdt1(Sampler sampler, int variables, int trials, ulong seed)
    {
        var study = new Study(new()
        {
            Space = Cube(variables),
            Sampler = sampler,
            Directions = [Direction.Minimize, Direction.Minimize],
            Seed = seed,
        });
        for (var k = 0; k < trials; k++)
        {
            var x = study.Ask()!.Configuration.Items.Select(item => item.Value.AsFloat()).ToArray();
            var g = 1 + (9 * x.Skip(1).Average());
            study.Tell(k, TrialState.Completed, [x[0], g * (1 - Math.Sqrt(x[0] / g))]);
        }

        return study;
    }
}

public sealed class GenerationalNsgaIITests : SamplerConformance
{
    protected override Sampler Make() => new NsgaIISampler(NsgaOptions.Deb2002 with { PopulationSize = 6 });
}
