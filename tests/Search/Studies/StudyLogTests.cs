using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

/// <summary>The log keeps little, and gives back all that happened.</summary>
public sealed class StudyLogTests
{
    private static readonly Configuration _half = Configuration.Of(("x", 0.5));

    [Fact]
    public void What_happened_comes_back_in_order_and_equal()
    {
        StudyEvent[] events =
        [
            new TrialImported(0, "old", _half, [1, 2]),
            new TrialAsked(0, _half) { Why = "a guess" },
            new StepReported(0, 1, [1, 2]),
            new StepReported(0, 2, [3, 4]),
            new StepReported(0, 7, [5, 6]),
            new TrialPaused(0, 9),
            new BudgetChanged(1, new StudyBudget { Trials = 3, Cost = 0.5 }),
            new TrialAsked(1, Configuration.Of(("x", 0.25)), Given: true, new TrialOrigin(0, 7)),
            new TrialTold(1, TrialState.Failed, default, "out of memory"),
            new TrialResumed(0),
            new StepReported(0, 10, [0.5, 0.25]),
            new TrialTold(0, TrialState.Completed, [8, 9], null, [-1, 2]) { Cost = 3 },
        ];
        var study = Restored(events);
        Assert.Equal(events, study.Log);
        Assert.Equal(events, Restored(study.Log).Log);
        Assert.Equal([1, 2, 7, 10], study.Trials[0].IntermediateValues.Select(v => v.Step));
        Assert.Throws<ArgumentOutOfRangeException>(() => study.Log[events.Length]);
        Assert.Throws<ArgumentOutOfRangeException>(() => study.Trials[0].IntermediateValues[4]);
    }

    [Fact]
    public void What_an_event_says_stays_when_its_trial_goes_on()
    {
        var study = Restored([new TrialAsked(0, _half), new StepReported(0, 1, [1, 2])]);
        var (asked, reported) = (study.Log[0], study.Log[1]);
        study.Report(0, 2, [3, 4]);
        study.Tell(0, TrialState.Completed, [3, 4]);
        Assert.Equal([asked, reported], study.Log.Take(2));
    }

    private static Study Restored(IEnumerable<StudyEvent> events) => Study.Restore(
        new()
        {
            Space = new([new("x", new FloatDistribution(0, 1))]),
            Sampler = new RandomSampler(),
            Directions = [Direction.Minimize, Direction.Maximize],
        },
        events);
}
