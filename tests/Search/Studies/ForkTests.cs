using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class ForkTests
{
    [Fact]
    public void A_fork_goes_on_after_its_donors_step()
    {
        var study = Study();
        study.Ask();
        study.Report(0, 5, 0.5);
        var fork = study.Fork(0, 3, Configuration.Of(("x", 0.25)));
        Assert.Equal(new TrialOrigin(0, 3), fork.Origin);
        Assert.Equal(3, fork.Steps);
        Assert.Null(fork.LastStep);
        Assert.Throws<ArgumentException>(() => study.Report(1, 3, 0.1));
        study.Report(1, 4, 0.1);
        Assert.Equal(4, fork.Steps);
        Assert.Equal(fork.Origin, TuneGraph.Search.Study.Restore(study.Options, study.Log).Trials[1].Origin);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 6)]
    [InlineData(7, 1)]
    public void A_fork_of_what_is_not_there_is_refused(int donor, int step)
    {
        var study = Study();
        study.Ask();
        study.Report(0, 5, 0.5);
        Assert.Throws<ArgumentException>(() => study.Fork(donor, step, Configuration.Of(("x", 0.25))));
        Assert.Single(study.Trials);
    }

    private static Study Study() =>
        new(new() { Space = new([new("x", new FloatDistribution(0, 1))]), Sampler = new RandomSampler() });
}
