using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Run;

/// <summary>Sweeps of several objectives and of constraints, from the fluent verbs to the files.</summary>
public sealed class FrontSweepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_function_of_two_objectives_gives_a_front()
    {
        var result = await Sweep.Named("trade").Minimize("error").AndMaximize("speed").Parallel(1).Trials(60)
            .RunAsync(trial =>
            {
                var x = trial.Float("x", 0, 1);
                trial.Constrain(0.2 - x);
                return [Math.Pow(x - 0.8, 2), 1 - x];
            });

        Assert.Equal(SweepOutcome.Finished, result.Outcome);
        Assert.InRange(result.Front.Length, 5, 60);
        Assert.All(result.Front, trial => Assert.InRange(trial.Configuration["x"].AsFloat(), 0.2, 0.9));
        Assert.Equal(result.Front.MinBy(trial => trial.Value), result.Best);
        Assert.InRange(result.Best!.Configuration["x"].AsFloat(), 0.7, 0.9);
        Assert.False(result.Trials.All(trial => trial.IsFeasible));
    }

    [Fact]
    public async Task A_wrong_number_of_values_fails_the_trial_and_says_why()
    {
        var result = await Sweep.Named("short").Minimize("a").AndMinimize("b").Parallel(1).Trials(2)
            .RunAsync(trial => trial.Number == 0 ? [1] : [1, 2]);

        Assert.Equal("the objective returned 1 values, and there are 2 objectives", result.Trials[0].Reason);
        Assert.Equal([1, 2], result.Best!.Values);
    }

    [Fact]
    public void What_cannot_be_is_refused_before_anything_runs()
    {
        var two = Sweep.Named("two").Minimize("a").AndMinimize("b");
        var e = Assert.Throws<InvalidOperationException>(
            () => two.Sampler(new CmaSampler()).Build((_, _) => ValueTask.FromResult<ValueList>([1, 2])));
        Assert.Contains("sampler 'cmaes' serves 1", e.Message, StringComparison.Ordinal);
        e = Assert.Throws<InvalidOperationException>(
            () => two.AtMost("a", 1).Build((_, _) => ValueTask.FromResult<ValueList>([1, 2])));
        Assert.Contains("trial.Constrain", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_sweep_leaves_its_front_in_the_folder_and_the_store()
    {
        var result = await Model().RunAsync();

        Assert.All(result.Front, trial => Assert.True(trial.Constraints is [<= 0]));
        Assert.Contains(result.Trials, trial => trial is { State: TrialState.Completed, IsFeasible: false });
        Assert.Equal(result.Front.MaxBy(trial => (trial.Value, -trial.Values[1])), result.Best);
        Assert.Equal(1 + result.Front.Length, File.ReadAllLines(_folder["front.csv"]).Length);
        Assert.StartsWith(
            "number,state,val_accuracy,parameters,steps,feasible,", File.ReadAllText(_folder["trials.csv"]),
            StringComparison.Ordinal);
        Assert.StartsWith("<svg", File.ReadAllText(_folder["front.svg"]), StringComparison.Ordinal);
        Assert.Contains("## The front", File.ReadAllText(_folder["report.md"]), StringComparison.Ordinal);
        Assert.Contains("\"front\"", File.ReadAllText(_folder["metrics.json"]), StringComparison.Ordinal);

        using var store = SqliteStudyStore.OpenExisting(_folder["study.db"]);
        var study = store.Load("wine")!;
        Assert.Equal(["val_accuracy", "parameters"], study.Definition.Metrics);
        Assert.Equal([Direction.Maximize, Direction.Minimize], study.Definition.Directions);
        Assert.Equal(result.Trials, TrialSummary.From(study));
        Assert.All(
            study.Log.Where(item => item.Event is StepReported),
            item => Assert.Equal(((StepReported)item.Event).Values[1], item.Metrics!.Parameters));
    }

    [Fact]
    public async Task A_study_of_several_objectives_goes_on_after_an_interruption_as_if_there_was_none()
    {
        using var whole = new TemporaryFolder();
        var expected = await Model(whole.Path).RunAsync();
        using var stop = new CancellationTokenSource();
        var seen = 0;
        var first = await Model().RunAsync(
            new Watch(e => { if (e is TrialStepped && ++seen == 25) stop.Cancel(); }), cancellationToken: stop.Token);
        Assert.Equal(SweepOutcome.Interrupted, first.Outcome);

        var result = await Model().RunAsync(resume: true);

        Assert.Equal(expected.Trials, result.Trials);
        Assert.Equal(expected.Front, result.Front);
    }

    private SweepBuilder Model(string? folder = null) =>
        Wine.Sweep(folder ?? _folder.Path).Pruner(new NoPruner()).AndMinimize("parameters").AtMost("parameters", 300);

    private sealed class Watch(Action<SweepEvent> seen) : IProgress<SweepEvent>
    {
        public void Report(SweepEvent value) => seen(value);
    }
}
