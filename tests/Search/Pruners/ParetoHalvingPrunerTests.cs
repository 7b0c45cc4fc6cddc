using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class ParetoHalvingPrunerTests : PrunerConformance
{
    // Fronts by hand: {a, b, c, d} is not dominated, {e} only by c, {f} by all of c, d and e.
    private static readonly (double Error, double Latency)[] _points =
        [(1, 9), (3, 5), (4, 4), (9, 1), (5, 5), (9.5, 6)];

    [Fact]
    public void Fronts_come_first_and_within_one_the_farthest_apart()
    {
        var study = Filled(HalvingMode.Promote);
        // Extents 8 and 8: from (1, 9) the farthest is (9, 1), then (4, 4) over (3, 5), both beside the middle.
        var why = study.Log.OfType<TrialPaused>().Count();
        Assert.Equal(6, why);
        Assert.Equal(0, study.Promote());
        Assert.Equal(3, study.Promote());
        Assert.Null(study.Promote()); // ⌊6/3⌋ = 2
    }

    [Fact]
    public void The_whole_front_goes_up_when_there_is_room()
    {
        var study = Filled(HalvingMode.Promote, 2);
        Assert.Equal([0, 3, 2], new[] { study.Promote(), study.Promote(), study.Promote() });
        Assert.Null(study.Promote());
    }

    [Fact]
    public void A_dominated_trial_is_stopped_and_one_that_is_best_in_a_single_objective_goes_on()
    {
        var study = Filled(HalvingMode.Stop);
        study.Ask();
        Assert.Equal(
            new(Verdict.Stop, "rung 1: front 3 and rank 6 of 7, the best 2 go up"),
            study.Report(6, 1, ValueList.Of(9.2, 5.5)));
        study.Ask();
        Assert.Equal(Verdict.Continue, study.Report(7, 1, ValueList.Of(0.5, 20)).Verdict);
        Assert.Null(study.Promote());
    }

    [Fact]
    public void Maximised_objectives_are_turned()
    {
        var study = Filled(HalvingMode.Promote, 3, Direction.Maximize);
        Assert.Equal(5, study.Promote()); // the largest error; only trial 0 has more latency
    }

    protected override Pruner Make() => new ParetoHalvingPruner();

    private static Study Filled(HalvingMode mode, int factor = 3, Direction direction = Direction.Minimize)
    {
        var study = new Study(new()
        {
            Space = SearchSpace.Empty,
            Sampler = new RandomSampler(),
            Pruner = new ParetoHalvingPruner(new() { Mode = mode, ReductionFactor = factor }),
            Directions = [direction, direction],
            MaxResource = 9,
        });
        for (var k = 0; k < _points.Length; k++)
        {
            study.Ask();
            study.Report(k, 1, ValueList.Of(_points[k].Error, _points[k].Latency));
            study.Pause(k, 1);
        }

        return study;
    }
}

public sealed class StoppingParetoHalvingPrunerTests : PrunerConformance
{
    protected override Pruner Make() => new ParetoHalvingPruner(new() { Mode = HalvingMode.Stop });
}
