using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class NoPrunerTests : PrunerConformance
{
    [Fact]
    public void Hopeless_trials_run_on_too()
    {
        var study = Study();
        for (var k = 0; k < 10; k++)
        {
            study.Ask();
            Assert.Equal(PruneDecision.Continue, study.Report(k, 1, k * 1000));
            study.Tell(k, TrialState.Completed, k);
        }

        Assert.Null(study.NextRung(0));
    }

    protected override Pruner Make() => new NoPruner();
}
