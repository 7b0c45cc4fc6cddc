using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class AutoPrunerTests : PrunerConformance
{
    private const int Max = 27;

    [Fact]
    public void Rungs_that_foretell_the_end_are_kept()
    {
        var study = Run(quality => step => 1 + quality - (step / 100.0), 40 * Max);
        Assert.True(study.Trials.Count > 120, $"{study.Trials.Count} trials"); // without cuts there would be 40
        Assert.InRange(study.Best!.Configuration["x"].AsFloat(), 0, 0.03);
    }

    [Fact]
    public void Rungs_that_mislead_are_given_up()
    {
        // Whoever is good at the end is bad until the last rung has passed. (No curve could foretell that.)
        var study = Run(quality => step => Late(quality, step), 40 * Max);
        Assert.InRange(study.Best!.Configuration["x"].AsFloat(), 0, 0.1);
        var history = HistoryOf(study);
        var cut = study.Trials.First(t => t is { State: TrialState.Paused, LastStep: 1 });
        Assert.False(history.IsInformative(cut)); // the sampler is to forget what the misleading rung said
        Assert.True(history.IsInformative(study.Best));
        var last = study.Trials.TakeLast(5).First();
        Assert.Equal(TrialState.Completed, last.State); // nothing is cut any more
    }

    [Fact]
    public void Where_trials_cannot_be_paused_no_rung_is_believed_before_it_has_proved_itself()
    {
        var pruner = new AutoPruner().Stopping;
        var study = Run(quality => step => Late(quality, step), 30 * Max, pruner);
        Assert.All(study.Trials.Take(30), t => Assert.Equal(TrialState.Completed, t.State));
        var honest = Run(quality => step => 1 + quality - (step / 100.0), 40 * Max, pruner);
        Assert.Contains(honest.Trials, t => t.State == TrialState.Pruned);
        Assert.All(honest.Trials.Take(6), t => Assert.Equal(TrialState.Completed, t.State));
    }

    [Fact]
    public void It_says_why()
    {
        var study = Run(quality => step => Late(quality, step), 40 * Max);
        var trial = study.Ask()!.Number;
        Assert.Matches(
            @"^rung 1: no cut here, it would have let \d of the \d best through and orders \d+ ?% of pairs rightly$",
            study.Report(trial, 1, 0.5).Why);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SuccessiveHalvingOptions { MinResource = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SuccessiveHalvingOptions { ReductionFactor = 1 });
    }

    protected override Pruner Make() => new AutoPruner();

    /// <summary>A curve that goes by the opposite until step 10, and then drops evenly to its end.</summary>
    private static double Late(double quality, int step) =>
        step <= 9 ? 3 - quality : 2 - ((2 - quality) * (step - 9) / 18);

    private static StudyHistory HistoryOf(Study study)
    {
        StudyHistory? seen = null;
        var spy = new Spy(history => seen = history);
        var copy = TuneGraph.Search.Study.Restore(study.Options with { Sampler = spy }, study.Log);
        copy.Ask();
        return seen!;
    }

    private static Study Run(Func<double, Func<int, double>> curve, int steps, Pruner? pruner = null)
    {
        var study = new Study(new()
        {
            Space = new([new("x", new FloatDistribution(0, 1))]),
            Sampler = new RandomSampler(),
            Pruner = pruner ?? new AutoPruner(),
            MaxResource = Max,
        });
        while (steps > 0)
        {
            var trial = study.Trials[study.Promote() ?? study.Ask()!.Number];
            var value = curve(trial.Configuration["x"].AsFloat());
            for (var step = trial.Steps + 1; trial.State == TrialState.Running; step++, steps--)
            {
                var decision = study.Report(trial.Number, step, value(step));
                if (step == Max)
                    study.Tell(trial.Number, TrialState.Completed, value(step));
                else if (decision.Verdict == Verdict.Pause)
                    study.Pause(trial.Number, step);
                else if (decision.Verdict == Verdict.Stop)
                    study.Tell(trial.Number, TrialState.Pruned, null, decision.Why);
            }
        }

        return study;
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

public sealed class StoppingAutoPrunerTests : PrunerConformance
{
    protected override Pruner Make() => new AutoPruner(new() { Mode = HalvingMode.Stop });
}
