using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class PatientPrunerTests : PrunerConformance
{
    [Theory]
    [InlineData(0, 0.0, 3)] // optuna.pruners.PatientPruner(None, patience, min_delta).prune after each report
    [InlineData(1, 0.0, 4)]
    [InlineData(2, 0.0, 8)]
    [InlineData(1, 0.25, 7)]
    public void It_stops_where_Optunas_would(int patience, double tolerance, int expected)
    {
        double[] values = [5, 4, 4.2, 4.1, 3.9, 4.3, 4.3, 4.3, 4.3];
        var study = Study(new PatientPruner(null, new() { Patience = patience, Tolerance = tolerance }));
        study.Ask();
        var stopped = Enumerable.Range(1, values.Length)
            .First(step => study.Report(0, step, values[step - 1]).Verdict == Verdict.Stop);
        Assert.Equal(expected, stopped);
    }

    [Fact]
    public void The_pruner_within_has_the_last_word()
    {
        var study = Study(new PatientPruner(new ThresholdPruner(new() { Upper = 10 }), new() { Patience = 0 }));
        study.Ask();
        Assert.Equal(Verdict.Continue, study.Report(0, 1, 11).Verdict);
        Assert.Equal(Verdict.Continue, study.Report(0, 2, 10.5).Verdict); // improves
        Assert.Equal(Verdict.Stop, study.Report(0, 3, 10.6).Verdict);
        study.Ask();
        study.Report(1, 1, 1);
        Assert.Equal(Verdict.Continue, study.Report(1, 2, 2).Verdict); // worse, but within the threshold
    }

    [Fact]
    public void What_makes_no_sense_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new PatientPruner(new SuccessiveHalvingPruner()));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PatientOptions { Patience = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PatientOptions { Tolerance = -0.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new PatientOptions { Tolerance = double.NaN });
    }

    protected override Pruner Make() => new PatientPruner(new MedianPruner(), new() { Patience = 2 });

    private static Study Study(Pruner pruner) =>
        new(new() { Space = SearchSpace.Empty, Sampler = new RandomSampler(), Pruner = pruner });
}
