using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class PrunerReplayTests
{
    private const int Steps = 9;

    private static readonly TimeSpan _start = TimeSpan.FromDays(1);

    [Fact]
    public void Without_a_pruner_nothing_is_spared_and_nothing_lost()
    {
        var replay = PrunerReplay.Of(Flat(1, 2, 3), [Direction.Minimize], new NoPruner());

        Assert.Empty(replay.Stops);
        Assert.Equal((3 * Steps, 0, false), (replay.StepsRun, replay.StepsSaved, replay.LosesBest));
        Assert.Equal((TimeSpan.FromMinutes(3 * (Steps + 1)), TimeSpan.Zero), (replay.TimeRun, replay.TimeSaved));
        Assert.Equal((0, 1.0), (replay.Best, replay.BestLeftValue));
    }

    // The median of levels 1 and 2 is 1.5, that of 1, 2 and 0.5 is 1.
    [Fact]
    public void The_median_stops_the_worse_after_their_first_step_and_keeps_the_best()
    {
        var pruner = new MedianPruner(new MedianOptions { StartupTrials = 2 });

        var replay = PrunerReplay.Of(Flat(1, 2, 3, 0.5, 4), [Direction.Minimize], pruner);

        Assert.Equal([(2, 1), (4, 1)], replay.Stops.Select(stop => (stop.Trial, stop.Step)));
        Assert.Equal((5 * Steps, 2 * (Steps - 1)), (replay.StepsRun, replay.StepsSaved));
        Assert.Equal(TimeSpan.FromMinutes(2 * Steps), replay.TimeSaved);
        Assert.Equal((3, 3), (replay.Best, replay.BestLeft));
        Assert.Contains("above the median", replay.Stops[0].Why!, StringComparison.Ordinal);
    }

    [Fact]
    public void A_winner_that_learns_late_is_told_to_be_lost()
    {
        var log = new List<(StudyEvent, TimeSpan)>();
        Add(log, 0, step => 2);
        Add(log, 1, step => step == Steps ? 0 : 5);

        var replay = PrunerReplay.Of(
            log, [Direction.Minimize], new MedianPruner(new MedianOptions { StartupTrials = 1 }));

        Assert.True(replay.LosesBest);
        Assert.Equal((1, 0.0, 0, 2.0), (replay.Best, replay.BestValue, replay.BestLeft, replay.BestLeftValue));
    }

    [Fact]
    public void Time_in_which_a_trial_was_paused_is_not_spared()
    {
        List<(StudyEvent, TimeSpan)> log =
        [
            (new TrialAsked(0, Configuration.Empty), _start),
            (new StepReported(0, 1, 9), _start + TimeSpan.FromMinutes(1)),
            (new TrialPaused(0, 1), _start + TimeSpan.FromMinutes(2)),
            (new TrialResumed(0), _start + TimeSpan.FromHours(5)),
            (new StepReported(0, 2, 8), _start + new TimeSpan(5, 3, 0)),
            (new TrialTold(0, TrialState.Completed, 8, null), _start + new TimeSpan(5, 4, 0)),
        ];

        var replay = PrunerReplay.Of(
            log, [Direction.Minimize], new ThresholdPruner(new ThresholdOptions { Upper = 8.5 }), maxResource: 2);

        Assert.Equal((TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(5)), (replay.TimeRun, replay.TimeSaved));
        Assert.Equal(1, replay.StepsSaved);
    }

    [Fact]
    public void A_trial_that_was_stopped_then_and_is_not_now_counts_as_unknown()
    {
        List<(StudyEvent, TimeSpan)> log =
        [
            (new TrialAsked(0, Configuration.Empty), _start),
            (new StepReported(0, 1, 9), _start + TimeSpan.FromMinutes(1)),
            (new TrialTold(0, TrialState.Pruned, 9, "then"), _start + TimeSpan.FromMinutes(1)),
        ];

        Assert.Equal(1, PrunerReplay.Of(log, [Direction.Minimize], new NoPruner()).Unknown);
        var stops = new ThresholdPruner(new ThresholdOptions { Upper = 1 });
        Assert.Equal(0, PrunerReplay.Of(log, [Direction.Minimize], stops, maxResource: 5).Unknown);
    }

    // What the same pruner did to a running study, it does to the study's curves: trials one after another.
    [Property(MaxTest = 30)]
    public void It_stops_what_the_pruner_stops_in_a_study_that_runs(int seed)
    {
        var random = SearchRandom.For((ulong)seed, 3, "replay");
        var options = new SuccessiveHalvingOptions { Mode = HalvingMode.Stop };
        var curves = Enumerable.Range(0, 20)
            .Select(_ => Enumerable.Range(0, Steps).Select(_ => random.NextDouble()).ToArray()).ToArray();
        var study = new Study(new()
        {
            Space = SearchSpace.Empty,
            Sampler = new RandomSampler(),
            Pruner = new SuccessiveHalvingPruner(options),
            MaxResource = Steps,
        });
        var stopped = new List<(int, int)>();
        var log = new List<(StudyEvent, TimeSpan)>();
        for (var k = 0; k < curves.Length; k++)
        {
            Add(log, k, step => curves[k][step - 1]);
            study.Ask();
            var step = 1;
            while (step <= Steps && study.Report(k, step, curves[k][step - 1]).Verdict == Verdict.Continue)
                step++;
            study.Tell(
                k, step > Steps ? TrialState.Completed : TrialState.Pruned, curves[k][Math.Min(step, Steps) - 1]);
            if (step <= Steps)
                stopped.Add((k, step));
        }

        var replay = PrunerReplay.Of(log, [Direction.Minimize], new SuccessiveHalvingPruner());

        Assert.Equal(stopped, replay.Stops.Select(stop => (stop.Trial, stop.Step)));
        Assert.Equal(study.Best?.Number, replay.BestLeft);
    }

    private static List<(StudyEvent, TimeSpan)> Flat(params double[] levels)
    {
        var log = new List<(StudyEvent, TimeSpan)>();
        for (var k = 0; k < levels.Length; k++)
            Add(log, k, _ => levels[k]);
        return log;
    }

    // A minute a step, and one more until the end is told.
    private static void Add(List<(StudyEvent, TimeSpan)> log, int trial, Func<int, double> value)
    {
        log.Add((new TrialAsked(trial, Configuration.Empty), _start));
        for (var step = 1; step <= Steps; step++)
            log.Add((new StepReported(trial, step, value(step)), _start + TimeSpan.FromMinutes(step)));
        log.Add((
            new TrialTold(trial, TrialState.Completed, value(Steps), null), _start + TimeSpan.FromMinutes(Steps + 1)));
    }
}
