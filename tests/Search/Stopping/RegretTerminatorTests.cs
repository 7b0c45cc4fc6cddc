using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class RegretTerminatorTests
{
    [Theory]
    [InlineData(Direction.Minimize)]
    [InlineData(Direction.Maximize)]
    public void A_study_that_has_found_the_bottom_of_a_bowl_ends_and_one_at_its_beginning_does_not(Direction direction)
    {
        var (early, late) = (Study(direction), Study(direction));
        Run(early, 20, direction);
        Run(late, 120, direction);
        var terminator = new RegretTerminator(new() { Tolerance = 0.02 });
        Assert.True(terminator.Decide(late).Stop, terminator.Decide(late).Why);
        Assert.Matches(@"^after 120 trials the best is at most \S+ from the optimum, and 0.02 is borne$",
            terminator.Decide(late).Why!);
        Assert.False(new RegretTerminator(new() { Tolerance = 1e-6 }).Decide(early).Stop);
    }

    [Fact]
    public void The_bound_holds_what_it_promises()
    {
        var study = Study(Direction.Minimize);
        Run(study, 60, Direction.Minimize);
        var regret = study.Best!.Value!.Value; // the least value is 0
        Assert.False(new RegretTerminator(new() { Tolerance = Math.Max(regret / 2, 1e-9) }).Decide(study).Stop);
    }

    [Fact]
    public void Before_enough_trials_nothing_is_said()
    {
        var study = Study(Direction.Minimize);
        Run(study, 19, Direction.Minimize);
        Assert.Equal(default, new RegretTerminator(new() { Tolerance = 100 }).Decide(study));
    }

    [Fact]
    public void What_it_cannot_judge_is_refused()
    {
        var study = new Study(new() { Sampler = new RandomSampler() });
        Assert.Throws<ArgumentException>(() => new RegretTerminator(new() { Tolerance = 1 }).Decide(study));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RegretOptions { Tolerance = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RegretOptions { Tolerance = 1, LeastTrials = 3 });
    }

    private static Study Study(Direction direction) => new(new()
    {
        Space = new([new("x", new FloatDistribution(-1, 1)), new("y", new FloatDistribution(-1, 1))]),
        Sampler = new TpeSampler(),
        Direction = direction,
        Seed = 2,
    });

    private static void Run(Study study, int trials, Direction direction)
    {
        for (var k = 0; k < trials; k++)
        {
            var x = study.Ask()!.Configuration;
            var loss = Math.Pow(x["x"].AsFloat() - 0.3, 2) + Math.Pow(x["y"].AsFloat() + 0.2, 2);
            study.Tell(k, TrialState.Completed, direction == Direction.Minimize ? loss : -loss);
        }
    }
}
