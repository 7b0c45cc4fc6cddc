using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class SuccessiveHalvingPrunerTests : PrunerConformance
{
    [Fact]
    public void Rungs_stand_at_powers_of_the_reduction_factor()
    {
        var study = Ladder(HalvingMode.Promote, 81, 1, 3);
        Assert.Equal([1, 3, 9, 27, null], new[] { 0, 1, 8, 9, 27 }.Select(study.NextRung));
        var late = Ladder(HalvingMode.Stop, 100, 5, 4);
        Assert.Equal([5, 20, 80, null], new[] { 4, 5, 20, 80 }.Select(late.NextRung));
        Assert.Null(Ladder(HalvingMode.Promote, 4, 4, 2).NextRung(0));
    }

    [Fact]
    public void With_equal_arrivals_the_rungs_fill_as_successive_halving_says()
    {
        // Li et al. 2020, section 3.1: with 81 configurations, r = 1, R = 81, η = 3: 81, 27, 9, 3 and 1 of them reach
        // the rungs 1, 3, 9, 27 and the end. Run to exhaustion, the asynchronous version gets there too.
        var study = Ladder(HalvingMode.Promote, 81, 1, 3);
        var quality = Enumerable.Range(0, 81).Select(i => (i * 37 % 81) / 81.0).ToArray();
        for (var k = 0; k < 81; k++)
            RunToRung(study, study.Ask()!.Number, quality);
        while (study.Promote() is { } promoted)
            RunToRung(study, promoted, quality);
        int Reached(int step) => study.Trials.Count(t => t.LastStep >= step);
        // In order of arrival some were promoted that a full rung would not promote: never fewer, seldom many more.
        Assert.Equal(81, Reached(1));
        Assert.InRange(Reached(3), 27, 27 + 16);
        Assert.InRange(Reached(9), 9, 9 + 8);
        Assert.InRange(Reached(27), 3, 3 + 4);
        Assert.InRange(Reached(81), 1, 3);
        Assert.Equal(0.0, study.Best!.Value); // the best configuration got to the end
    }

    [Fact]
    public void When_all_wait_at_a_rung_exactly_the_best_third_are_promoted_from_the_top()
    {
        var study = Ladder(HalvingMode.Promote, 9, 1, 3);
        double[] losses = [9, 8, 7, 6, 5, 4, 3, 2, 1]; // each new one is the best so far: rank 1 of n
        var verdicts = new List<Verdict>();
        for (var k = 0; k < 9; k++)
        {
            study.Ask();
            verdicts.Add(study.Report(k, 1, losses[k]).Verdict);
            study.Pause(k, 1); // whatever it says: a host may pause
        }

        Assert.Equal([Verdict.Pause, Verdict.Pause], verdicts.Take(2)); // ⌊1/3⌋ = ⌊2/3⌋ = 0 places
        Assert.All(verdicts.Skip(2), v => Assert.Equal(Verdict.Continue, v));
        Assert.Equal([8, 7, 6, null], new[] { study.Promote(), study.Promote(), study.Promote(), study.Promote() });
        foreach (var k in (int[])[8, 7, 6])
        {
            study.Report(k, 3, 0.1 * k);
            study.Pause(k, 3);
        }

        Assert.Equal(6, study.Promote()); // the higher rung first: ⌊3/3⌋ = 1 place
        Assert.Null(study.Promote());
    }

    [Property(MaxTest = 60)]
    public void Promotion_is_that_of_Algorithm_2(int seed)
    {
        var random = SearchRandom.For((ulong)seed, 5, "asha");
        var study = Ladder(HalvingMode.Promote, 30, 1 + (int)random.NextInt64(2), 2 + (int)random.NextInt64(3));
        for (var k = 0; k < 60; k++)
        {
            var expected = ByDefinition(study);
            var promoted = study.Promote();
            Assert.Equal(expected, promoted);
            var trial = promoted ?? study.Ask()!.Number;
            var end = study.NextRung(study.Trials[trial].LastStep ?? 0) ?? 30;
            var decision = study.Report(trial, end, Math.Round(random.NextDouble(), 1));
            if (end == 30)
                study.Tell(trial, TrialState.Completed, 1);
            else if (decision.Verdict == Verdict.Pause)
                study.Pause(trial, end);
            else if (random.NextInt64(3) == 0)
                study.Tell(trial, TrialState.Failed);
        }
    }

    [Fact]
    public void Stopping_compares_with_the_quantile_of_those_that_came_before()
    {
        // numpy.percentile([1, 2, 3, 4], 100/3) = 2.0 (linear interpolation, as Ray Tune and Syne Tune call it).
        var study = Ladder(HalvingMode.Stop, 9, 1, 3);
        (double, Verdict)[] arrivals =
        [
            (4, Verdict.Continue), (3, Verdict.Continue), (2, Verdict.Continue), (1, Verdict.Continue),
            (2.01, Verdict.Stop), (2, Verdict.Continue),
        ];
        for (var k = 0; k < arrivals.Length; k++)
        {
            study.Ask();
            Assert.Equal(arrivals[k].Item2, study.Report(k, 1, arrivals[k].Item1).Verdict);
        }

        Assert.Null(study.Promote());
    }

    [Fact]
    public void A_report_that_passes_rungs_arrives_at_all_and_the_highest_judges()
    {
        var study = Ladder(HalvingMode.Promote, 81, 1, 3);
        study.Ask();
        var decision = study.Report(0, 10, 1);
        Assert.Equal(new(Verdict.Pause, "rung 9: 1 is rank 1 of 1, and none goes up yet"), decision);
        Assert.Equal(PruneDecision.Continue, study.Report(0, 11, 1)); // between rungs there is nothing to judge
        study.Ask();
        Assert.StartsWith("rung 1: 2 is rank 2 of 2", study.Report(1, 1, 2).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void At_the_largest_step_nothing_is_judged()
    {
        var study = Ladder(HalvingMode.Promote, 3, 1, 3);
        study.Ask();
        study.Report(0, 1, 1);
        Assert.Equal(PruneDecision.Continue, study.Report(0, 3, 1));
    }

    [Fact]
    public void A_paused_trial_that_is_told_is_not_promoted()
    {
        var study = Ladder(HalvingMode.Promote, 9, 1, 2);
        for (var k = 0; k < 4; k++)
        {
            study.Ask();
            study.Report(k, 1, k);
            study.Pause(k, 1);
        }

        study.Tell(0, TrialState.Pruned, null, "by hand");
        Assert.Equal(1, study.Promote());
        Assert.Null(study.Promote());
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SuccessiveHalvingOptions { MinResource = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SuccessiveHalvingOptions { ReductionFactor = 1 });
    }

    protected override Pruner Make() => new SuccessiveHalvingPruner();

    private static Study Ladder(HalvingMode mode, int max, int first, int eta) => new(new()
    {
        Space = SearchSpace.Empty,
        Sampler = new RandomSampler(),
        MaxResource = max,
        Pruner = new SuccessiveHalvingPruner(new() { Mode = mode, MinResource = first, ReductionFactor = eta }),
    });

    /// <summary>Runs a trial until it pauses or ends; its loss is its quality at every step.</summary>
    private static void RunToRung(Study study, int trial, double[] quality)
    {
        while (true)
        {
            var end = study.NextRung(study.Trials[trial].LastStep ?? 0) ?? 81;
            var decision = study.Report(trial, end, quality[trial]);
            if (end == 81)
                study.Tell(trial, TrialState.Completed, quality[trial]);
            else if (decision.Verdict == Verdict.Pause)
                study.Pause(trial, end);
            else
                continue;
            return;
        }
    }

    /// <summary>Algorithm 2 (get_job) from scratch: every report stands at a rung or at the end here.</summary>
    private static int? ByDefinition(Study study)
    {
        var options = ((SuccessiveHalvingPruner)study.Options.Pruner).Options;
        var rungs = new List<int>();
        for (var rung = options.MinResource; rung < study.Options.MaxResource; rung *= options.ReductionFactor)
            rungs.Insert(0, rung);
        foreach (var rung in rungs)
        {
            var arrived = study.Trials
                .SelectMany(t => t.IntermediateValues.Where(v => v.Step == rung).Select(v => (v.Value, t.Number)))
                .Order().ToList();
            foreach (var (_, number) in arrived.Take(arrived.Count / options.ReductionFactor))
            {
                var trial = study.Trials[number];
                if (trial.State == TrialState.Paused && trial.LastStep == rung)
                    return number;
            }
        }

        return null;
    }
}

public sealed class StoppingSuccessiveHalvingPrunerTests : PrunerConformance
{
    protected override Pruner Make() => new SuccessiveHalvingPruner(new() { Mode = HalvingMode.Stop });
}
