using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class ThresholdPrunerTests : PrunerConformance
{
    [Theory]
    [InlineData(Direction.Minimize)]
    [InlineData(Direction.Maximize)]
    public void A_value_outside_the_bounds_stops_the_trial_in_either_direction(Direction direction)
    {
        var study = Study(direction, new() { Lower = -1, Upper = 2 });
        study.Ask();
        Assert.Equal(PruneDecision.Continue, study.Report(0, 1, -1));
        Assert.Equal(PruneDecision.Continue, study.Report(0, 2, 2));
        Assert.Equal(new(Verdict.Stop, "step 3: 2.5 is above the upper bound 2"), study.Report(0, 3, 2.5));
        Assert.Equal(new(Verdict.Stop, "step 4: -1.5 is below the lower bound -1"), study.Report(0, 4, -1.5));
    }

    [Fact]
    public void Before_the_warmup_and_between_the_intervals_nothing_is_judged()
    {
        var study = Study(Direction.Minimize, new() { Upper = 0, WarmupSteps = 3, Interval = 2 });
        study.Ask();
        var verdicts = Enumerable.Range(1, 7).Select(step => study.Report(0, step, 1).Verdict).ToArray();
        Assert.Equal([3, 5, 7], Enumerable.Range(1, 7).Where(step => verdicts[step - 1] == Verdict.Stop));
    }

    [Fact]
    public void Bounds_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ThresholdPruner(new()));
        Assert.Throws<ArgumentException>(() => new ThresholdPruner(new() { Lower = 2, Upper = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThresholdOptions { Lower = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThresholdOptions { Upper = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThresholdOptions { WarmupSteps = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ThresholdOptions { Interval = 0 });
    }

    // Bounds as wide below as above, so that negated values are judged alike; the suite's values stay within.
    protected override Pruner Make() => new ThresholdPruner(new() { Lower = -200, Upper = 200 });

    private static Study Study(Direction direction, ThresholdOptions options) => new(new()
    {
        Space = SearchSpace.Empty,
        Sampler = new RandomSampler(),
        Pruner = new ThresholdPruner(options),
        Direction = direction,
    });
}
