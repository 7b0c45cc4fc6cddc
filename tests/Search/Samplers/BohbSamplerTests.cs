using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class BohbSamplerTests : SamplerConformance
{
    [Fact]
    public void The_model_stands_on_the_largest_budget_with_enough_trials()
    {
        var study = Study();
        for (var k = 0; k < 12; k++)
        {
            study.Enqueue(Configuration.Of(("x", k / 20.0)));
            study.Report(k, 1, k); // at step 1 the small ones look good
            if (k % 2 == 0)
                study.Report(k, 3, -k); // at step 3 the large ones
            study.Pause(k, k % 2 == 0 ? 3 : 1);
        }

        var history = See(study);
        Assert.Equal([10, 8, 6, 4, 2, 0], BohbBudget.Largest(history, 6)!.Select(t => t.Number));
        Assert.Equal(Enumerable.Range(0, 12), BohbBudget.Largest(history, 7)!.Select(t => t.Number));
        Assert.Null(BohbBudget.Largest(history, 13));
    }

    [Fact]
    public void Infeasible_trials_rank_last_and_failed_ones_do_not_count()
    {
        var study = Study();
        foreach (var (k, state) in new[] { TrialState.Infeasible, TrialState.Failed, TrialState.Completed }.Index())
        {
            study.Enqueue(Configuration.Of(("x", 0.5)));
            study.Tell(k, state, state == TrialState.Completed ? 1 : null);
        }

        Assert.Equal([2, 0], BohbBudget.Largest(See(study), 1)!.Select(t => t.Number));
    }

    [Fact]
    public void A_third_of_the_trials_is_random_and_the_others_gather_where_it_is_good()
    {
        var study = new Study(new()
        {
            Space = new([new("x", new FloatDistribution(0, 1))]),
            Sampler = new BohbSampler(),
        });
        for (var k = 0; k < 150; k++)
        {
            var x = study.Ask()!.Configuration["x"].AsFloat();
            study.Tell(k, TrialState.Completed, Math.Abs(x - 0.7));
        }

        var near = study.Trials.Skip(50).Count(t => Math.Abs(t.Configuration["x"].AsFloat() - 0.7) < 0.1);
        Assert.InRange(near, 55, 90); // 2/3 of 100, and a fifth of the random third
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BohbOptions { LeastAboveParameters = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BohbOptions { GoodShare = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BohbOptions { RandomShare = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BohbOptions { Candidates = 0 });
    }

    protected override Sampler Make() => new BohbSampler();

    private static Study Study() =>
        new(new() { Space = new([new("x", new FloatDistribution(0, 1))]), Sampler = new RandomSampler() });

    private static StudyHistory See(Study study)
    {
        StudyHistory? seen = null;
        TuneGraph.Search.Study.Restore(study.Options with { Sampler = new Spy(h => seen = h) }, study.Log).Ask();
        return seen!;
    }

    private sealed class Spy(Action<StudyHistory> see) : Sampler
    {
        public override string Name => "spy";

        public override Configuration? Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
        {
            see(history);
            return null;
        }
    }
}
