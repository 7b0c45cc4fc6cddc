using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class StudyBudgetTests
{
    [Fact]
    public void A_sampler_sees_what_is_planned_and_how_much_of_it_is_spent()
    {
        var seen = new List<double?>();
        var study = new Study(new()
        {
            Space = new([new("x", new FloatDistribution(0, 1))]),
            Sampler = new Watching(seen),
            Budget = new() { Trials = 8, Steps = 10, Cost = 100 },
        });
        study.Ask();
        study.Ask(); // one of eight trials
        study.Report(0, 4, 1);
        study.Ask(); // four of ten steps
        study.Tell(1, TrialState.Completed, 1, cost: 60);
        study.Ask();
        study.Tell(2, TrialState.Failed, cost: 70);
        study.Ask();
        Assert.Equal([0, 1.0 / 8, 0.4, 0.6, 1], seen);
        Assert.Equal((null, 60.0), (study.Trials[0].Cost, study.Trials[1].Cost));
    }

    [Fact]
    public void Without_a_budget_no_share_is_known()
    {
        var seen = new List<double?>();
        new Study(new() { Space = new([]), Sampler = new Watching(seen) }).Ask();
        Assert.Equal([null], seen);
    }

    [Fact]
    public void A_cost_is_finite_and_not_negative()
    {
        var study = new Study(new() { Space = new([]), Sampler = new RandomSampler() });
        study.Ask();
        Assert.Throws<ArgumentException>(() => study.Tell(0, TrialState.Completed, 1, cost: -1));
        Assert.Throws<ArgumentException>(() => study.Tell(0, TrialState.Completed, 1, cost: double.NaN));
        Assert.Equal(TrialState.Running, study.Trials[0].State);
        Assert.Throws<ArgumentOutOfRangeException>(() => new StudyBudget { Trials = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StudyBudget { Steps = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new StudyBudget { Cost = 0 });
    }

    [Fact]
    public void A_budget_that_is_changed_counts_from_then_on_also_when_the_log_is_replayed()
    {
        var seen = new List<double?>();
        var options = new StudyOptions
        {
            Space = new([new("x", new FloatDistribution(0, 1))]),
            Sampler = new Watching(seen),
            Budget = new() { Trials = 8 },
        };
        var study = new Study(options);
        study.Ask();
        study.Ask();
        study.ChangeBudget(new() { Trials = 4, Steps = 100 });
        study.Ask();
        Assert.Equal([0, 1.0 / 8, 2.0 / 4], seen);

        seen.Clear();
        var again = Study.Restore(options, study.Log);
        Assert.Equal(study.Log, again.Log);
        Assert.Equal(new StudyBudget { Trials = 4, Steps = 100 }, again.Budget);
        Assert.Equal(study.Ask()!.Configuration, again.Ask()!.Configuration);
        Assert.Equal([3.0 / 4, 3.0 / 4], seen);
    }

    [Fact]
    public void A_pruner_and_a_sampler_with_rungs_pass_a_changed_budget_by()
    {
        var options = new StudyOptions
        {
            Space = new([new("x", new FloatDistribution(0, 1))]),
            Sampler = new TpeSampler(),
            Pruner = new HyperbandPruner(),
            MaxResource = 9,
        };
        var (plain, changed) = (new Study(options), new Study(options));
        foreach (var study in new[] { plain, changed })
        {
            for (var trial = 0; trial < 12; trial++)
            {
                if (study == changed)
                    study.ChangeBudget(new() { Trials = 20 + trial });
                study.Ask();
                study.Report(trial, 1, trial % 5);
            }
        }

        Assert.Equal(
            plain.Trials.Select(trial => trial.Configuration), changed.Trials.Select(trial => trial.Configuration));
        Assert.Equal(plain.Promote(), changed.Promote());
    }

    private sealed class Watching(List<double?> seen) : Sampler
    {
        public override string Name => "watching";

        public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
        {
            seen.Add(history.SpentShare);
            return space.Draw(random);
        }
    }
}
