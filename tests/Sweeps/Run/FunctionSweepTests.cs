using Microsoft.Extensions.Time.Testing;
using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Run;

public sealed class FunctionSweepTests
{
    private static SweepBuilder Sweep => TuneGraph.Sweep.Named("square").Minimize("value").Parallel(1);

    [Fact]
    public async Task Every_distribution_can_be_asked_for_as_a_trial_runs()
    {
        static double Ask(TrialContext trial)
        {
            Assert.InRange(trial.Normal("momentum", 0.9, 0.05, high: 0.99), 0.6, 0.99);
            Assert.InRange(trial.LogNormal("decay", -7, 1, low: 1e-6), 1e-6, 1);
            Assert.InRange(trial.Beta("mix", 2, 5), 0, 1);
            var batch = trial.Choice("batch", [16, 32, 64], ordered: true, weights: [1, 2, 1]);
            Assert.Contains(batch.AsInt(), (long[])[16, 32, 64]);
            var rounded = new ShapedDistribution(new LogUniformShape(), 8, 64, quantum: 8, whole: true);
            return trial.Parameter("width", rounded).AsInt() % 8;
        }

        var result = await TuneGraph.Sweep.Named("all").Minimize("rest").Trials(15).Parallel(1).RunAsync(Ask);

        Assert.All(result.Trials, trial => Assert.Equal((TrialState.Completed, 0.0), (trial.State, trial.Value)));
    }

    [Fact]
    public async Task A_function_is_minimised_over_parameters_that_it_declares_as_it_runs()
    {
        var result = await Sweep.Trials(60).RunAsync(trial => Math.Pow(trial.Float("x", -10, 10) - 2, 2));

        Assert.Equal(SweepOutcome.Finished, result.Outcome);
        Assert.Equal(60, result.Trials.Length);
        Assert.All(result.Trials, trial => Assert.Equal(TrialState.Completed, trial.State));
        Assert.InRange(result.Best!.Configuration["x"].AsFloat(), 1.5, 2.5);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_trials_and_another_seed_others()
    {
        var first = await Sweep.Trials(20).Seed(5).RunAsync(Objective);
        var again = await Sweep.Trials(20).Seed(5).RunAsync(Objective);
        var other = await Sweep.Trials(20).Seed(6).RunAsync(Objective);

        Assert.Equal(first.Trials, again.Trials);
        Assert.NotEqual(first.Trials, other.Trials);
    }

    [Fact]
    public async Task Trials_run_at_the_same_time_when_asked_to()
    {
        using var together = new Barrier(4);

        var result = await Sweep
            .Trials(8)
            .Parallel(4)
            .RunAsync(trial =>
            {
                // Only four functions running at once can pass.
                Assert.True(together.SignalAndWait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
                return trial.Float("x", 0, 1);
            });

        Assert.Equal(8, result.Trials.Count(trial => trial.State == TrialState.Completed));
    }

    [Fact]
    public async Task A_trial_that_throws_is_a_failed_trial_with_its_reason_and_the_sweep_goes_on()
    {
        var result = await Sweep
            .Trials(6)
            .RunAsync(trial =>
                trial.Number == 2 ? throw new InvalidOperationException("the oven is cold") : trial.Float("x", 0, 1)
            );

        Assert.Equal(SweepOutcome.Finished, result.Outcome);
        Assert.Equal(TrialState.Failed, result.Trials[2].State);
        Assert.Equal("InvalidOperationException: the oven is cold", result.Trials[2].Reason);
        Assert.Equal(5, result.Trials.Count(trial => trial.State == TrialState.Completed));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public async Task A_value_that_is_no_number_fails_its_trial(double value)
    {
        var result = await Sweep.Trials(3).RunAsync(trial => trial.Number == 1 ? value : trial.Float("x", 0, 1));

        Assert.Equal(TrialState.Failed, result.Trials[1].State);
        Assert.Contains("no finite number", result.Trials[1].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_every_trial_fails_the_sweep_fails_and_says_why()
    {
        var result = await Sweep.Trials(3).RunAsync(_ => throw new TimeoutException("nobody home"));

        Assert.Equal(SweepOutcome.Failed, result.Outcome);
        Assert.Null(result.Best);
        Assert.Equal(
            "none of 3 trials completed and 3 failed; the last one: trial 2: TimeoutException: nobody home",
            result.Reason
        );
    }

    [Fact]
    public async Task A_sweep_gives_up_after_as_many_failures_as_it_may_have()
    {
        var result = await Sweep.Trials(100).MaxFailed(4).RunAsync(_ => throw new TimeoutException("nobody home"));

        Assert.Equal((SweepOutcome.Failed, 4), (result.Outcome, result.Trials.Length));
        Assert.Contains("budget.maxFailed is 4", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reaching_the_target_ends_the_search()
    {
        var result = await TuneGraph
            .Sweep.Named("t")
            .Minimize("value", target: 5)
            .Parallel(1)
            .Trials(50)
            .RunAsync(trial => 10 - trial.Number);

        Assert.Equal(SweepOutcome.Finished, result.Outcome);
        Assert.Equal((6, 5d), (result.Trials.Length, result.Best!.Value));
    }

    [Fact]
    public async Task A_function_is_told_when_its_trial_should_end()
    {
        var steps = new int[12];
        var result = await Sweep
            .Trials(12)
            .Pruner(new MedianPruner(new MedianOptions { StartupTrials = 2 }))
            .RunAsync(trial =>
            {
                trial.Float("x", 0, 1);
                while (steps[trial.Number] < 10 && trial.Report(++steps[trial.Number], trial.Number)) { }

                return trial.Number;
            });

        var pruned = result.Trials.Where(trial => trial.State == TrialState.Pruned).ToList();
        Assert.NotEmpty(pruned);
        Assert.All(
            pruned,
            trial => Assert.True(trial.Steps < 10 && steps[trial.Number] == trial.Steps && trial.Reason is not null)
        );
    }

    [Fact]
    public async Task Reporting_steps_backwards_fails_the_trial_with_the_reason()
    {
        var result = await Sweep
            .Trials(2)
            .RunAsync(trial =>
            {
                trial.Report(1, double.NaN);
                return trial.Float("x", 0, 1);
            });

        Assert.All(result.Trials, trial => Assert.Equal(TrialState.Failed, trial.State));
    }

    [Fact]
    public async Task One_name_with_two_ranges_fails_the_trial_and_names_both()
    {
        var result = await Sweep.Trials(1).RunAsync(trial => trial.Float("x", 0, 1) + trial.Float("x", 0, 2));

        Assert.Contains("'x'", result.Trials[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_graceful_stop_lets_running_trials_finish_and_asks_no_more()
    {
        using var stop = new CancellationTokenSource();

        var result = await Sweep
            .Trials(50)
            .RunAsync(
                trial =>
                {
                    if (trial.Number == 3)
                        stop.Cancel();
                    return trial.Float("x", 0, 1);
                },
                cancellationToken: stop.Token
            );

        Assert.Equal((SweepOutcome.Interrupted, 4), (result.Outcome, result.Trials.Length));
        Assert.All(result.Trials, trial => Assert.Equal(TrialState.Completed, trial.State));
    }

    [Fact]
    public async Task The_time_limit_ends_the_search_with_what_was_found()
    {
        var time = new FakeTimeProvider();
        var spec = Sweep
            .Trials(50)
            .Timeout(TimeSpan.FromHours(2))
            .Build(
                (trial, _) =>
                {
                    if (trial.Number == 4)
                        time.Advance(TimeSpan.FromHours(3));
                    return ValueTask.FromResult(trial.Float("x", 0, 1));
                }
            );

        var result = await new SweepRunner(spec, new SweepRunOptions { Time = time }).RunAsync();

        Assert.Equal((SweepOutcome.TimedOut, 5), (result.Outcome, result.Trials.Length));
        Assert.NotNull(result.Best);
    }

    [Fact]
    public async Task A_grid_ends_when_every_point_was_tried()
    {
        var result = await Sweep
            .Trials(100)
            .Sampler(new GridSampler())
            .Parallel(3)
            .Space(space => space.Choice("a", ["x", "y"]).Int("b", 1, 3))
            .RunAsync(trial => trial.Int("b", 1, 3) + (trial.Choice("a", "x", "y") == "x" ? 0 : 10));

        Assert.Equal(6, result.Trials.Length);
        Assert.Equal(6, result.Trials.Select(trial => trial.Configuration.ToString()).Distinct().Count());
        Assert.Equal(1, result.Best!.Value);
    }

    private static double Objective(TrialContext trial) =>
        trial.Choice("kind", "a", "b") == "a" ? trial.Float("x", -1, 1) : trial.Int("n", 1, 100, log: true);
}
