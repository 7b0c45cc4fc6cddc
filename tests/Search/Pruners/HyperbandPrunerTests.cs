using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class HyperbandPrunerTests : PrunerConformance
{
    [Fact]
    public void The_brackets_are_those_of_the_paper()
    {
        // Li et al., JMLR 2018, Algorithm 1 with R = 81, η = 3: n_s = ⌈5·3^s/(s + 1)⌉ and r_s = 81·3^−s; Table 1 of the
        // paper lists 81, 34 (27 in earlier versions), 15, 8 and 5 trials.
        var brackets = new HyperbandBrackets(81, 1, 3);
        Assert.Equal(4, brackets.Most);
        Assert.Equal([81, 34, 15, 8, 5], new[] { 4, 3, 2, 1, 0 }.Select(brackets.SizeOf));
        Assert.Equal([1, 3, 9, 27, null], Enumerable.Range(0, 5).Select(k => brackets.StepOf(4, k)));
        Assert.Equal([9, 27, null], Enumerable.Range(0, 3).Select(k => brackets.StepOf(2, k)));
        Assert.Equal(new(0, 4), brackets.PlaceOf(80));
        Assert.Equal(new(0, 3), brackets.PlaceOf(81));
        Assert.Equal(new(0, 0), brackets.PlaceOf(142));
        Assert.Equal(new(1, 4), brackets.PlaceOf(143));
    }

    [Fact]
    public void A_round_runs_exactly_the_trainings_of_Algorithm_1()
    {
        var study = Make(81, HalvingMode.Promote);
        for (var k = 0; k < 143 || study.Trials.Any(t => t.State == TrialState.Running);)
        {
            var trial = study.Promote() ?? (k++ < 143 ? study.Ask()!.Number : throw new InvalidOperationException());
            RunToRung(study, trial);
        }

        while (study.Promote() is { } promoted)
            RunToRung(study, promoted);
        int Reached(int first, int count, int step) =>
            study.Trials.Skip(first).Take(count).Count(t => t.LastStep >= step);
        Assert.Equal([81, 27, 9, 3, 1], new[] { 1, 3, 9, 27, 81 }.Select(step => Reached(0, 81, step)));
        Assert.Equal([34, 11, 3, 1], new[] { 3, 9, 27, 81 }.Select(step => Reached(81, 34, step)));
        Assert.Equal([15, 5, 1], new[] { 9, 27, 81 }.Select(step => Reached(115, 15, step)));
        Assert.Equal([8, 2], new[] { 27, 81 }.Select(step => Reached(130, 8, step)));
        Assert.Equal(5, Reached(138, 5, 81));
        // In each bracket the best configuration got to the end.
        Assert.Equal(TrialState.Completed, study.Trials.Take(81).MinBy(Quality)!.State);
        Assert.Equal(TrialState.Completed, study.Trials.Skip(115).Take(15).MinBy(Quality)!.State);
    }

    [Fact]
    public void A_rung_does_not_wait_for_trials_that_ended()
    {
        var study = Make(3, HalvingMode.Promote); // brackets: 3 trials with a rung at 1, then 2 without
        for (var k = 0; k < 3; k++)
            study.Ask();
        study.Report(0, 1, 0.3);
        study.Pause(0, 1);
        study.Report(1, 1, 0.2);
        study.Pause(1, 1);
        Assert.Null(study.Promote());
        study.Tell(2, TrialState.Failed, null, "out of memory");
        Assert.Null(study.Promote()); // ⌊2/3⌋ of those that came go up
        var other = Make(9, HalvingMode.Promote);
        for (var k = 0; k < 9; k++)
        {
            other.Ask();
            if (k == 4)
                other.Tell(4, TrialState.Failed);
            else
                RunToRung(other, k);
        }

        Assert.Equal(2, Enumerable.Range(0, 3).Count(_ => other.Promote() is not null)); // ⌊8/3⌋
    }

    [Fact]
    public void Stopping_compares_within_the_bracket_only()
    {
        var study = Make(9, HalvingMode.Stop); // 9 trials with rungs 1 and 3, then 5 with rung 3, then 3
        for (var k = 0; k < 9; k++)
        {
            study.Ask();
            study.Report(k, 1, k == 0 ? 0 : 1);
            study.Tell(k, TrialState.Pruned);
        }

        study.Ask();
        Assert.Equal(PruneDecision.Continue, study.Report(9, 1, 99)); // no rung in this bracket
        Assert.Equal(new(Verdict.Continue, "rung 3: bracket 1, the first to arrive"), study.Report(9, 3, 99));
        study.Ask();
        Assert.Equal(Verdict.Stop, study.Report(10, 3, 100).Verdict);
        Assert.Null(study.Promote());
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SuccessiveHalvingOptions { MinResource = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SuccessiveHalvingOptions { ReductionFactor = 1 });
    }

    protected override Pruner Make() => new HyperbandPruner();

    private static Study Make(int max, HalvingMode mode) => new(new()
    {
        Space = SearchSpace.Empty,
        Sampler = new RandomSampler(),
        Pruner = new HyperbandPruner(new() { Mode = mode }),
        MaxResource = max,
    });

    private static double Quality(Trial trial) => trial.Number * 37 % 143;

    private static void RunToRung(Study study, int trial)
    {
        var max = study.Options.MaxResource;
        for (var step = study.Trials[trial].Steps + 1; ; step++)
        {
            var decision = study.Report(trial, step, Quality(study.Trials[trial]));
            if (step == max)
                study.Tell(trial, TrialState.Completed, Quality(study.Trials[trial]));
            else if (decision.Verdict == Verdict.Pause)
                study.Pause(trial, step);
            else
                continue;
            return;
        }
    }
}

public sealed class StoppingHyperbandPrunerTests : PrunerConformance
{
    protected override Pruner Make() => new HyperbandPruner(new() { Mode = HalvingMode.Stop });
}
