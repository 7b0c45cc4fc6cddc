using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class WilcoxonPrunerTests : PrunerConformance
{
    [Theory] // scipy 1.10.1: scipy.stats.wilcoxon(d, alternative="greater", zero_method="zsplit").pvalue
    [InlineData(0.125, new[] { 1, 2, 3, -0.5 })]
    [InlineData(0.02734375, new[] { 0.3, 0.1, -0.2, 0.45, 0.6, 0.25, -0.05, 0.7 })]
    [InlineData(0.14389369507707506, new double[] { 0, 0, 1, 1, 2, -1 })]
    [InlineData(0.5, new double[] { 0, 0, 0 })]
    [InlineData(0.0625, new double[] { 1, 1, 1, 1 })]
    [InlineData(0.5, new[] { 0.5, -0.25 })]
    [InlineData(0.25, new double[] { 2, 1 })]
    public void The_p_value_is_SciPys(double expected, double[] differences) =>
        Assert.Equal(expected, SignedRank.PValue(differences), 1e-12);

    [Fact]
    public void The_p_value_of_many_is_SciPys_too() =>
        Assert.Equal(
            0.01310102003234621,
            SignedRank.PValue([.. Enumerable.Range(0, 60).Select(i => ((i * 37 % 101) / 101.0) - 0.4)]),
            1e-12);

    [Fact]
    public void A_trial_worse_on_most_folds_is_stopped_and_one_with_the_better_mean_never()
    {
        var study = Best([0.5, 0.6, 0.4, 0.5]);
        Verdict[] expected = [Verdict.Continue, Verdict.Continue, Verdict.Continue, Verdict.Stop];
        double[] worse = [0.6, 0.8, 0.7, 0.9]; // p = 1/2, 1/4, 1/8, 1/16
        study.Ask();
        Assert.Equal(expected, worse.Select((value, fold) => study.Report(1, fold, value).Verdict));
        study.Ask();
        double[] lucky = [0.51, 0.61, 0.41, 0.42]; // worse three times, but better on average
        Assert.All(lucky.Select((value, fold) => study.Report(2, fold, value).Verdict),
            verdict => Assert.Equal(Verdict.Continue, verdict));
    }

    [Fact]
    public void Steps_that_the_best_trial_lacks_do_not_count()
    {
        var study = Best([0.5]);
        study.Ask();
        for (var fold = 0; fold < 9; fold++)
            Assert.Equal(PruneDecision.Continue, study.Report(1, fold, 5));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new WilcoxonOptions { Threshold = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WilcoxonOptions { Threshold = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new WilcoxonOptions { StartupSteps = 0 });
    }

    protected override Pruner Make() => new WilcoxonPruner();

    private static Study Best(double[] folds)
    {
        var study = new Study(new()
        {
            Space = SearchSpace.Empty,
            Sampler = new RandomSampler(),
            Pruner = new WilcoxonPruner(),
        });
        study.Ask();
        for (var fold = 0; fold < folds.Length; fold++)
            study.Report(0, fold, folds[fold]);
        study.Tell(0, TrialState.Completed, folds.Average());
        return study;
    }
}
