using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class PercentilePrunerTests : PrunerConformance
{
    [Theory]
    [InlineData(25, 0.3, 0.15)] // numpy.percentile([0.1, 0.2, 0.377, 0.5, 0.9], q)
    [InlineData(25, 0.2, 0.2)]
    [InlineData(10, 0.15, 0.13)]
    [InlineData(100, 0.91, 0.9)]
    public void The_cut_is_the_interpolated_percentile(double percentile, double above, double within)
    {
        var study = Filled(percentile, [0.9, 0.5, 0.377, 0.2, 0.1]);
        study.Ask();
        Assert.Equal(within == above ? Verdict.Continue : Verdict.Stop, study.Report(5, 3, above).Verdict);
        study.Ask();
        Assert.Equal(Verdict.Continue, study.Report(6, 3, within).Verdict);
    }

    [Property(MaxTest = 60)]
    public void At_fifty_percent_it_is_the_median_pruner(int seed)
    {
        var random = SearchRandom.For((ulong)seed, 11, "percentile");
        var (median, percentile) = (Make(new MedianPruner()), Make(new PercentilePruner(new() { Percentile = 50 })));
        for (var k = 0; k < 20; k++)
        {
            median.Ask();
            percentile.Ask();
            for (var step = 0; step < 6; step++)
            {
                var value = Math.Round(random.NextDouble(), 1);
                Assert.Equal(median.Report(k, step, value).Verdict, percentile.Report(k, step, value).Verdict);
            }

            median.Tell(k, TrialState.Completed, 1);
            percentile.Tell(k, TrialState.Completed, 1);
        }
    }

    [Fact]
    public void A_step_that_too_few_have_reported_is_not_judged()
    {
        var study = Make(new PercentilePruner(new() { StartupTrials = 0, LeastTrials = 2 }));
        study.Ask();
        study.Report(0, 3, 0.1);
        study.Tell(0, TrialState.Completed, 0.1);
        study.Ask();
        Assert.Equal(PruneDecision.Continue, study.Report(1, 3, 9));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PercentileOptions { Percentile = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PercentileOptions { Percentile = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PercentileOptions { StartupTrials = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PercentileOptions { WarmupSteps = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PercentileOptions { Interval = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PercentileOptions { LeastTrials = 0 });
    }

    protected override Pruner Make() => new PercentilePruner();

    private static Study Make(Pruner pruner) =>
        new(new() { Space = SearchSpace.Empty, Sampler = new RandomSampler(), Pruner = pruner });

    private static Study Filled(double percentile, double[] others)
    {
        var study = Make(new PercentilePruner(new() { Percentile = percentile }));
        for (var k = 0; k < others.Length; k++)
        {
            study.Ask();
            study.Report(k, 3, others[k]);
            study.Tell(k, TrialState.Completed, others[k]);
        }

        return study;
    }
}
