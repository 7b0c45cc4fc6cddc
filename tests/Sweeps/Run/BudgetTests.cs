using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Run;

public sealed class BudgetTests
{
    [Fact]
    public async Task No_trial_starts_or_is_promoted_once_the_steps_are_spent()
    {
        var result = await Wine.Sweep().Trials(100).Steps(40).RunAsync();

        Assert.Equal(SweepOutcome.Finished, result.Outcome);
        Assert.Equal("the budget of 40 steps is spent", result.Reason);
        Assert.InRange(result.Trials.Sum(trial => trial.Steps), 40, 40 + Wine.Epochs);
        Assert.True(result.Trials.Length < 40, $"{result.Trials.Length} trials");
    }

    [Fact]
    public async Task A_search_whose_best_cannot_be_bettered_by_what_is_asked_for_ends()
    {
        static double Bowl(TrialContext trial) =>
            Math.Pow(trial.Float("x", -1, 1) - 0.3, 2) + Math.Pow(trial.Float("y", -1, 1) + 0.2, 2);
        var sweep = Sweep.Named("bowl").Minimize("v").Trials(200).Parallel(1).Regret(0.05)
            .Space(space => space.Float("x", -1, 1).Float("y", -1, 1));

        var result = await sweep.RunAsync(Bowl);

        Assert.Equal(SweepOutcome.Finished, result.Outcome);
        Assert.InRange(result.Trials.Length, 20, 150);
        Assert.Contains("from the optimum", result.Reason, StringComparison.Ordinal);
        Assert.InRange(result.Best!.Value!.Value, 0, 0.05);
    }

    [Fact]
    public async Task Every_pruner_runs_a_sweep_to_its_end_and_says_why_it_ended_a_trial()
    {
        Pruner[] pruners =
        [
            new AutoPruner(), new CurvePruner(), new HyperbandPruner(), new HyperbandPruner().Stopping,
            new PatientPruner(null, new() { Patience = 1 }), new PercentilePruner(new() { StartupTrials = 2 }),
            new ThresholdPruner(new() { Lower = 0.5 }), new WilcoxonPruner(), new ParetoHalvingPruner(),
        ];
        foreach (var pruner in pruners)
        {
            using var text = new StringWriter();
            var result = await Wine.Sweep().Pruner(pruner).RunAsync(new PlainProgress(text));
            Assert.Equal(SweepOutcome.Finished, result.Outcome);
            Assert.Contains(result.Trials, trial => trial.State == TrialState.Completed);
            Assert.All(
                text.ToString().Split('\n').Where(line => line.Contains(" pruned ", StringComparison.Ordinal)
                    || line.Contains(" paused ", StringComparison.Ordinal)),
                line => Assert.Matches(@"\((step|rung|paused at step) \d+", line));
        }
    }
}
