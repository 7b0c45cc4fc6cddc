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
    public async Task No_trial_starts_once_the_costs_are_spent()
    {
        var result = await Wine.Sweep().Trials(100).Cost(20_000, CostMetric.ParameterSteps).RunAsync();

        Assert.Equal("the budget of 20000 parameters times steps is spent", result.Reason);
        var costs = result.Trials.Select(trial => trial.Cost!.Value).ToList();
        Assert.True(costs.Sum() >= 20_000);
        Assert.True(costs.SkipLast(4).Sum() < 20_000, $"{costs.Sum()} in {costs.Count} trials");
    }

    [Theory]
    [InlineData(CostMetric.Steps)]
    [InlineData(CostMetric.Seconds)]
    public async Task Costs_are_kept_with_each_trial_and_survive_an_interruption(CostMetric metric)
    {
        using var folder = new TemporaryFolder();
        var sweep = Wine.Sweep().Trials(6).Cost(null, metric).Output(folder["run"]);
        using var stop = new CancellationTokenSource();
        var seen = 0;
        var progress = new Told(told => Interlocked.Add(ref seen, told is TrialEnded ? 1 : 0) == 2, stop);
        await sweep.RunAsync(progress, cancellationToken: stop.Token);
        var result = await sweep.RunAsync(resume: true);

        Assert.Equal(6, result.Trials.Length);
        Assert.All(result.Trials, trial => Assert.True(trial.Cost > 0));
        if (metric == CostMetric.Steps)
            Assert.All(result.Trials, trial => Assert.Equal(trial.Steps, trial.Cost));
    }

    [Fact]
    public async Task Without_a_budget_of_cost_none_is_measured() =>
        Assert.All((await Wine.Sweep().Trials(2).RunAsync()).Trials, trial => Assert.Null(trial.Cost));

    [Fact]
    public async Task A_function_tells_its_costs_and_they_end_the_search()
    {
        static double Told(TrialContext trial)
        {
            trial.Spend(1);
            trial.Spend(7);
            return trial.Float("x", 0, 1);
        }

        var result = await Sweep.Named("told").Minimize("v").Trials(50).Parallel(1).Cost(30, CostMetric.Told)
            .RunAsync(Told);

        Assert.Equal("the budget of 30 is spent", result.Reason);
        Assert.Equal(5, result.Trials.Length);
        Assert.All(result.Trials, trial => Assert.Equal(7, trial.Cost));
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

    private sealed class Told(Func<SweepEvent, bool> isEnough, CancellationTokenSource stop) : IProgress<SweepEvent>
    {
        public void Report(SweepEvent value)
        {
            if (isEnough(value))
                stop.Cancel();
        }
    }
}
