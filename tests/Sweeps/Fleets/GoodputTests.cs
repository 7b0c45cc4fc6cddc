using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Fleets;

/// <summary>
/// The goodput model against values computed by hand from the equations of Qiao et al., OSDI 2021, section 3, and what
/// follows from it for a trial's ranks.
/// </summary>
public sealed class GoodputTests
{
    private static readonly GoodputModel _model = new()
    {
        GradientFixed = 0.1,
        GradientPerSample = 0.01,
        SyncFixed = 0.2,
        SyncPerRank = 0.05,
    };

    [Theory]
    [InlineData(1, 1.1)]     // 0.1 + 0.01·100
    [InlineData(2, 0.8)]     // 0.1 + 0.01·50 + 0.2
    [InlineData(4, 0.65)]    // 0.1 + 0.01·25 + 0.2 + 0.05·2
    public void A_step_takes_its_gradient_and_its_exchange(int ranks, double seconds)
    {
        Assert.Equal(seconds, _model.StepSeconds(ranks, 100), 1e-12);
        Assert.Equal(100 / seconds, _model.Throughput(ranks, 100), 1e-9);
        Assert.Equal(1.1 / seconds, _model.Speedup(ranks, 100), 1e-12);
    }

    [Fact]
    public void Overlap_goes_from_the_sum_to_the_longer_of_both()
    {
        // (0.6² + 0.2²)^(1/2) = √0.4
        Assert.Equal(0.632455532033676, (_model with { Overlap = 2 }).StepSeconds(2, 100), 1e-12);
        Assert.Equal(0.6, (_model with { Overlap = 200 }).StepSeconds(2, 100), 1e-6);
    }

    [Fact]
    public void A_larger_batch_is_worth_less_a_sample_and_the_same_batch_as_much()
    {
        Assert.Equal(1100.0 / 1400, GoodputModel.Efficiency(noise: 1000, before: 100, batch: 400), 1e-12);
        Assert.Equal(1, GoodputModel.Efficiency(noise: 1000, before: 100, batch: 100), 1e-12);
        Assert.Equal(100 / 0.8, _model.Goodput(2, 100, before: 100, noise: 1000), 1e-9);
        // 400 samples on 2 ranks: 0.1 + 2 + 0.2 = 2.3 s; worth 1100/1400.
        Assert.Equal(400 / 2.3 * 1100 / 1400, _model.Goodput(2, 400, before: 100, noise: 1000), 1e-9);
    }

    [Fact]
    public void Steps_that_the_model_made_give_the_model_back()
    {
        (int, double, double)[] steps =
            [.. new[] { 1, 2, 3, 4, 8 }.Select(ranks => (ranks, 100.0, _model.StepSeconds(ranks, 100)))];
        var found = GoodputModel.Fit(steps);
        Assert.Equal(0.1, found.GradientFixed, 1e-9);
        Assert.Equal(0.01, found.GradientPerSample, 1e-9);
        Assert.Equal(0.2, found.SyncFixed, 1e-9);
        Assert.Equal(0.05, found.SyncPerRank, 1e-9);
    }

    [Fact]
    public void What_was_never_tried_looks_worth_trying()
    {
        var one = GoodputModel.Fit([(1, 100, 1.0)]);
        Assert.Equal(4, one.Speedup(4, 100), 1e-12);
        var two = GoodputModel.Fit([(1, 100, 1.0), (2, 100, 0.7)]);
        Assert.Equal(0.2, two.SyncFixed, 1e-12); // 0.7 - 1.0 / 2
        Assert.Equal(1 / 0.45, two.Speedup(4, 100), 1e-9);
        Assert.Equal(0, GoodputModel.Fit([(1, 100, 1.0), (2, 100, 0.4)]).SyncFixed); // never less than nothing
    }

    [Fact]
    public void Ranks_are_taken_as_far_as_the_share_goes_and_each_is_worth_its_slot()
    {
        var elastic = Elastic(room: 8, out _);
        Assert.Equal(4, elastic.Choose(null, 100, share: 4).Ranks);
        Assert.Equal(1, elastic.Choose(null, 100, share: 0).Ranks);
        Assert.Equal(6, elastic.Choose(null, 100, share: 9).Ranks);
        Assert.Equal(2, elastic.Choose(null, 2, share: 9).Ranks); // a sample for each
        // Speedups 1.1/0.8, 1.1/(0.1+1/3+0.25), 1.1/0.65 are 0.69, 0.54 and 0.42 for each rank.
        var (ranks, why) = elastic.Choose(_model, 100, share: 6);
        Assert.Equal(3, ranks);
        Assert.Contains("goodput 1.61 times that of one rank", why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_queue_means_fewer_ranks_and_a_promotion_more()
    {
        var elastic = Elastic(room: 6, out var shapes);
        elastic.Decide(Trial(0), from: 0, waiting: 5);
        elastic.Decide(Trial(1), from: 0, waiting: 1);
        Assert.Equal((1, 2), (shapes.RanksOf(0, 0), shapes.RanksOf(1, 0)));
        elastic.Decide(Trial(0), from: 3, waiting: 0); // 6 · 2 / (2 + 1)
        Assert.Equal(4, shapes.RanksOf(0, 3));
        Assert.False(elastic.HasRoom);
        elastic.Ended(1);
        elastic.Decide(Trial(0), from: 9, waiting: 0);
        Assert.Equal(6, shapes.RanksOf(0, 9));
        Assert.Contains("6 ranks: its share is 6, allowed are 1 to 6", elastic.TakeNote(0), StringComparison.Ordinal);
        Assert.Null(elastic.TakeNote(0));
    }

    [Fact]
    public void What_was_decided_stays_until_there_is_not_room_for_it()
    {
        var room = 4;
        var shapes = new TrialShapes(Spec, _ => false);
        var elastic = new ElasticRanks(new ElasticSpec { Max = 6 }, _ => 100, shapes, () => room);
        elastic.Decide(Trial(0), from: 0, waiting: 0);
        Assert.Empty(elastic.TooWide());
        elastic.Decide(Trial(0), from: 0, waiting: 3);
        Assert.Equal(4, shapes.RanksOf(0, 0));
        room = 3;
        Assert.Equal([0], elastic.TooWide());
        elastic.Decide(Trial(0), from: 0, waiting: 0);
        Assert.Equal(3, shapes.RanksOf(0, 0));
    }

    private static SweepSpec Spec => Sweep.Named("f").Minimize("v").Trials(1)
        .Build((trial, _) => ValueTask.FromResult(trial.Float("x", 0, 1)));

    private static ElasticRanks Elastic(int room, out TrialShapes shapes)
    {
        shapes = new TrialShapes(Spec, _ => false);
        return new ElasticRanks(new ElasticSpec { Max = 6 }, _ => 100, shapes, () => room);
    }

    private static Trial Trial(int number)
    {
        var study = new Study(new StudyOptions { Space = new SearchSpace([]), Sampler = new RandomSampler() });
        for (var i = 0; i < number; i++)
            study.Enqueue(Configuration.Empty);
        study.Enqueue(Configuration.Empty);
        return study.Trials[number];
    }
}
