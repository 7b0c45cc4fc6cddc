using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class StudyTests
{
    private static readonly SearchSpace _line = new([new("x", new FloatDistribution(0, 1))]);

    [Fact]
    public void A_trial_is_asked_reports_and_is_told()
    {
        var study = Random();
        var trial = study.Ask()!;
        Assert.Equal((0, TrialState.Running), (trial.Number, trial.State));
        study.Report(0, 1, 0.5);
        study.Report(0, 3, 0.4);
        study.Tell(0, TrialState.Completed, 0.4, "done");
        Assert.Equal([new(1, 0.5), new(3, 0.4)], trial.IntermediateValues);
        Assert.Equal((TrialState.Completed, 0.4, "done", 3), (trial.State, trial.Value, trial.Reason, trial.LastStep));
        Assert.Equal(
            [
                new TrialAsked(0, trial.Configuration), new StepReported(0, 1, 0.5), new StepReported(0, 3, 0.4),
                new TrialTold(0, TrialState.Completed, 0.4, "done"),
            ],
            study.Log);
    }

    [Fact]
    public void The_best_is_the_first_completed_trial_with_the_best_value()
    {
        foreach (var direction in Enum.GetValues<Direction>())
        {
            var study = Random(direction);
            var sign = direction == Direction.Minimize ? 1 : -1;
            for (var i = 0; i < 5; i++)
                study.Ask();
            Assert.Null(study.Best);
            study.Tell(3, TrialState.Completed, sign * 1.0);
            study.Tell(1, TrialState.Completed, sign * 1.0);
            study.Tell(2, TrialState.Completed, sign * 2.0);
            study.Tell(0, TrialState.Pruned, sign * 0.5);
            study.Tell(4, TrialState.Infeasible);
            Assert.Equal(1, study.Best!.Number);
        }
    }

    [Fact]
    public void Steps_must_rise_and_values_be_finite()
    {
        var study = Random();
        study.Ask();
        study.Report(0, 2, 1);
        var e = Assert.Throws<ArgumentException>(() => study.Report(0, 2, 1));
        Assert.Contains("steps must rise", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => study.Report(0, 1, 1));
        Assert.Throws<ArgumentException>(() => study.Report(0, 3, double.NaN));
        Assert.Throws<ArgumentException>(() => study.Report(0, 3, double.PositiveInfinity));
        Assert.Throws<ArgumentException>(() => study.Report(1, 1, 1));
        Assert.Equal(2, study.Log.Count); // refusals leave no trace
    }

    [Fact]
    public void Only_terminal_states_with_fitting_values_can_be_told_and_once()
    {
        var study = Random();
        study.Ask();
        Assert.Throws<ArgumentException>(() => study.Tell(0, TrialState.Paused));
        Assert.Throws<ArgumentException>(() => study.Tell(0, TrialState.Completed));
        Assert.Throws<ArgumentException>(() => study.Tell(0, TrialState.Completed, double.NaN));
        study.Tell(0, TrialState.Failed, null, "out of memory");
        var e = Assert.Throws<InvalidOperationException>(() => study.Tell(0, TrialState.Completed, 1));
        Assert.Contains("is Failed", e.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => study.Report(0, 1, 1));
    }

    [Fact]
    public void A_paused_trial_neither_reports_nor_pauses_until_it_is_resumed()
    {
        var study = Random();
        study.Ask();
        study.Report(0, 4, 1);
        Assert.Throws<ArgumentException>(() => study.Pause(0, 3));
        study.Pause(0, 4);
        Assert.Equal(TrialState.Paused, study.Trials[0].State);
        Assert.Throws<InvalidOperationException>(() => study.Pause(0, 4));
        Assert.Throws<InvalidOperationException>(() => study.Report(0, 5, 1));
        study.Resume(0);
        study.Report(0, 5, 1);
        Assert.Throws<InvalidOperationException>(() => study.Resume(0));
    }

    [Fact]
    public void An_enqueued_configuration_is_validated_and_put_in_order()
    {
        var study = Random();
        Assert.Throws<SearchSpaceException>(() => study.Enqueue(Configuration.Of(("x", 2.0))));
        Assert.Throws<SearchSpaceException>(() => study.Enqueue(Configuration.Empty));
        var trial = study.Enqueue(Configuration.Of(("x", 1)));
        Assert.Equal(1.0, trial.Configuration["x"]);
        Assert.True(trial.Given);
        Assert.False(study.Ask()!.Given);
    }

    [Fact]
    public void Events_reach_the_callback_after_the_study_has_taken_them_in()
    {
        var seen = new List<(StudyEvent, int)>();
        Study study = null!;
        void Keep(StudyEvent e) => seen.Add((e, study.Log.Count));
        study = new(new() { Space = _line, Sampler = new RandomSampler(), OnEvent = Keep });
        study.Ask();
        study.Tell(0, TrialState.Completed, 1);
        Assert.Equal(study.Log.Select((e, i) => (e, i + 1)), seen);
    }

    [Fact]
    public void An_impossible_log_is_refused_with_its_place()
    {
        var study = Random();
        var e = Assert.Throws<ArgumentException>(() => study.Replay([
            new TrialAsked(0, Configuration.Of(("x", 0.5))), new StepReported(0, 1, 1), new TrialResumed(0),
        ]));
        Assert.Contains("Event 2 (TrialResumed)", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => study.Replay([new TrialAsked(7, Configuration.Empty)]));
    }

    [Fact]
    public void Every_kind_of_event_is_taken_in()
    {
        // A reflection test: an event that the history does not know would be unreachable code there.
        var kinds = typeof(StudyEvent).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(StudyEvent))).ToHashSet();
        var study = new Study(new() { Sampler = new RandomSampler() });
        study.Import("old", Configuration.Empty, 1);
        study.ChangeBudget(new StudyBudget { Trials = 2 });
        study.Ask();
        study.Suggest(0, new("x", new FloatDistribution(0, 1)));
        study.Report(0, 1, 1);
        study.Pause(0, 1);
        study.Resume(0);
        study.Tell(0, TrialState.Completed, 1);
        var ranged = new Study(new() { Space = _line, Sampler = new RandomSampler() });
        ranged.ChangeRanges(new Parameter("x", new FloatDistribution(0, 2)));
        Assert.Equal(kinds, study.Log.Concat(ranged.Log).Select(e => e.GetType()).ToHashSet());
    }

    private static Study Random(Direction direction = Direction.Minimize) =>
        new(new() { Space = _line, Sampler = new RandomSampler(), Direction = direction });
}
