using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class InsightTests
{
    private static readonly SearchSpace _space = new([
        new("x", new FloatDistribution(0, 10)), new("l", new FloatDistribution(0.01, 100, Log: true)),
        new("c", CategoricalDistribution.Of("a", "b", "d")),
        new("n", new IntDistribution(1, 5), Condition.On("c", "a")),
    ]);

    private static readonly Evaluation[] _three =
    [
        new(0, Configuration.Of(("x", 2.5), ("l", 1.0), ("c", "a"), ("n", 2)), 3),
        new(2, Configuration.Of(("x", 10.0), ("l", 100.0), ("c", "b")), 1),
        new(5, Configuration.Of(("x", 0.0), ("l", 0.1), ("c", "d")), 3),
    ];

    [Fact]
    public void Only_completed_trials_are_evaluations()
    {
        var study = new Study(new() { Space = _space, Sampler = new RandomSampler() });
        for (var k = 0; k < 3; k++)
            study.Ask();
        study.Tell(2, TrialState.Completed, 7);
        study.Tell(1, TrialState.Pruned, 5);
        var evaluation = Assert.Single(Evaluation.Of(study.Trials));
        Assert.Equal(new(2, study.Trials[2].Configuration, 7), evaluation);
    }

    [Fact]
    public void Lines_cross_each_axis_where_the_value_stands()
    {
        var plot = ParallelCoordinates.Of(_space, _three);
        Assert.Equal(["x", "l", "c", "n"], plot.Axes.Select(axis => axis.Name));
        Assert.Equal([0.25, 0.5, 0.0, 0.25], plot.Lines[0].Positions);
        Assert.Equal([1.0, 1.0, 0.5, null], plot.Lines[1].Positions);
        Assert.Equal((5, 3), (plot.Lines[2].Number, plot.Lines[2].Value));
        Assert.True(plot.Axes[1].Log);
        Assert.Equal(["a", "b", "d"], plot.Axes[2].Choices.Select(choice => choice.AsText()));
    }

    [Fact]
    public void A_slice_has_the_evaluations_that_have_the_parameter()
    {
        Assert.Equal([new(0, 0.25, 3)], SlicePlot.Of(_space, _three, "n").Points);
        Assert.Equal([0.5, 1, 0.25], SlicePlot.Of(_space, _three, "l").Points.Select(p => Math.Round(p.Position, 12)));
        Assert.Throws<SearchSpaceException>(() => SlicePlot.Of(_space, _three, "missing"));
    }

    [Fact]
    public void Ranks_go_from_the_best_to_the_worst_and_equals_share()
    {
        var plot = RankPlot.Of(_space, _three, Direction.Minimize, "x", "c");
        Assert.Equal([0.75, 0, 0.75], plot.Points.Select(p => p.Rank));
        var turned = RankPlot.Of(_space, _three, Direction.Maximize, "x", "c");
        Assert.Equal([0.25, 1, 0.25], turned.Points.Select(p => p.Rank));
        Assert.Equal((0.25, 0.0), (plot.Points[0].X, plot.Points[0].Y));
        Assert.Single(RankPlot.Of(_space, _three, Direction.Minimize, "x", "n").Points);
    }

    [Fact]
    public void The_distribution_rises_from_the_best_value_to_one()
    {
        var steps = EmpiricalDistribution.Of(_three, Direction.Minimize).Steps;
        Assert.Equal([new(1, 1 / 3.0), new(3, 1)], steps);
        Assert.Equal([new(3, 2 / 3.0), new(1, 1)], EmpiricalDistribution.Of(_three, Direction.Maximize).Steps);
        Assert.Empty(EmpiricalDistribution.Of([], Direction.Minimize).Steps);
    }

    [Fact]
    public void The_contour_shows_the_valley()
    {
        var space = PedAnovaTests.Cube("x", "y", "z");
        var evaluations = PedAnovaTests.Uniform(
            space, 400,
            v => Math.Pow(v["x"].AsFloat() - 0.25, 2) + Math.Pow(v["y"].AsFloat() - 0.75, 2)
                + (0.1 * v["z"].AsFloat()));
        var plot = ContourPlot.Of(space, evaluations, Direction.Minimize, "x", "y", 21);
        Assert.Equal((21, 21, 441, 400), (plot.X.Length, plot.Y.Length, plot.Values.Length, plot.Points.Length));
        var least = plot.Values.IndexOf(plot.Values.Min());
        Assert.Equal(0.25, plot.X[least % 21], 0.15);
        Assert.Equal(0.75, plot.Y[least / 21], 0.15);
        // (1, 0) is 0.5625 + 0.5625 + 0.05 on average over z.
        Assert.Equal(1.175, plot.Values[20], 0.2);
    }

    [Fact]
    public void A_contour_over_choices_has_a_place_for_each()
    {
        var plot = ContourPlot.Of(_space, _three, Direction.Minimize, "c", "x", 5);
        Assert.Equal([0, 0.5, 1], plot.X);
        Assert.Equal(15, plot.Values.Length);
        Assert.Throws<ArgumentException>(() => ContourPlot.Of(_space, _three[1..], Direction.Minimize, "n", "x"));
    }
}
