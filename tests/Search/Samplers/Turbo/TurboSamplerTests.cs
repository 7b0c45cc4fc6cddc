using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class TurboSamplerTests : SamplerConformance
{
    private const int Startup = 4;

    private static readonly SearchSpace _space = new(
        [new("x", new FloatDistribution(0, 1)), new("y", new FloatDistribution(0, 1))]);

    /// <summary>
    /// By hand after the paper's section 3: three successes double 0.8 up to 1.6, five failures halve, and below 2⁻⁷
    /// a new region begins.
    /// </summary>
    [Fact]
    public void The_region_grows_shrinks_and_begins_anew()
    {
        var study = Study(_space, 1);
        void Tell(params double[] losses)
        {
            foreach (var loss in losses)
            {
                study.Enqueue(Configuration.Of(("x", 0.5), ("y", 0.5)));
                study.Tell(study.Trials.Count - 1, TrialState.Completed, loss);
            }
        }

        TrustRegion Region() => TrustRegion.Of(History(study), 2, Startup);
        Tell(9, 8, 7, 6); // spread over the space: counted as nothing
        Assert.Equal(new(0, 0.8), Region());
        Tell(5, 4);
        Assert.Equal(0.8, Region().Length);
        Tell(3);
        Assert.Equal(1.6, Region().Length);
        Tell(2, 1, 0.5);
        Assert.Equal(1.6, Region().Length); // as long as allowed
        Tell(0.49999, 1, 1, 1); // a thousandth better is no success
        Assert.Equal(1.6, Region().Length);
        Tell(1);
        Assert.Equal(0.8, Region().Length);
        for (var halving = 0; halving < 6; halving++)
            Tell(1, 1, 1, 1, 1);
        Assert.Equal(new(0, 0.8 / 64), Region());
        Tell(1, 1, 1, 1, 1);
        Assert.Equal(new(study.Trials.Count, 0.8), Region());
    }

    [Fact]
    public void The_box_has_the_regions_volume_and_the_models_proportions()
    {
        var axes = new GpAxes(_space);
        double[] logs = [Math.Log(1), Math.Log(16), 0, 0, 0, 0, 0, 0]; // lengths 1 and ¼
        var box = new TrustRegion(0, 0.2).Around([0.5, 0.5], axes, new(2, logs));
        Assert.Equal(4, (box.High[0] - box.Low[0]) / (box.High[1] - box.Low[1]), 1e-12);
        Assert.Equal(0.04, (box.High[0] - box.Low[0]) * (box.High[1] - box.Low[1]), 1e-12);
        var cut = new TrustRegion(0, 0.2).Around([0, 1], axes, new(2, logs));
        Assert.Equal(0, cut.Low[0]);
        Assert.Equal(1, cut.High[1]);
    }

    [Fact]
    public void It_finds_a_minimum_of_many_parameters()
    {
        var unit = new FloatDistribution(0, 1);
        var space = new SearchSpace(Enumerable.Range(0, 12).Select(i => new Parameter($"x{i}", unit)));
        var study = new Study(new() { Space = space, Sampler = new TurboSampler(), Seed = 2 });
        for (var k = 0; k < 120; k++)
        {
            var at = study.Ask()!.Configuration;
            study.Tell(k, TrialState.Completed, at.Items.Sum(item => Math.Pow(item.Value.AsFloat() - 0.3, 2)));
        }

        Assert.InRange(study.Best!.Value!.Value, 0, 0.02); // random search's median here: 0.5
    }

    protected override Sampler Make() => new TurboSampler(
        new() { StartupTrials = Startup, Candidates = 100, Starts = 2, Fantasies = 4 });

    /// <summary>What a sampler sees of a study.</summary>
    private static StudyHistory History(Study study)
    {
        var history = new StudyHistory(study.Options);
        foreach (var @event in study.Log)
            history.Apply(@event);
        return history;
    }
}
