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

    /// <summary>
    /// 20 steps, a configuration of one value: at most 900 bytes a trial, of which the steps are 8 + 12 bytes each.
    /// Twice as much was needed when each event was an object.
    /// </summary>
    [Fact]
    public void A_finished_trial_takes_little_memory()
    {
        const int Trials = 20_000;
        _ = Filled(100);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var study = Filled(Trials);
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Trials;
        GC.KeepAlive(study);
        Assert.InRange(bytes, 200, 900);
    }

    private static Study Filled(int trials)
    {
        var study = new Study(new()
        {
            Space = new([new("x", new FloatDistribution(0, 1))]),
            Sampler = new RandomSampler(),
        });
        for (var k = 0; k < trials; k++)
        {
            var x = study.Ask()!.Configuration["x"].AsFloat();
            for (var step = 1; step <= 20; step++)
                study.Report(k, step, x / step);
            study.Tell(k, TrialState.Completed, x);
        }

        return study;
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
