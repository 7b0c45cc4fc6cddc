using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Run;

public sealed class WarmStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_trial_of_a_new_sweep_is_the_best_of_a_past_one()
    {
        var past = await Past("old").Minimize("loss").RunAsync(PastBowl);

        var result = await Present().WarmStart(_folder["old"]).RunAsync(Bowl);

        Assert.Equal(past.Best!.Configuration["x"], result.Trials[0].Configuration["x"]);
        Assert.Contains("past study", result.Trials[0].Why, StringComparison.Ordinal);
        Assert.True(result.Best!.Value <= past.Best!.Value);
    }

    /// <summary>A past accuracy was maximised, and the loss of now is minimised: its best is the best.</summary>
    [Fact]
    public async Task Past_values_are_turned_into_the_present_direction()
    {
        var past = await Past("old").Maximize("accuracy").RunAsync(trial => 1 - PastBowl(trial));
        var result = await Present().WarmStart(_folder["old"]).RunAsync(Bowl);
        Assert.Equal(past.Best!.Configuration["x"], result.Trials[0].Configuration["x"]);
    }

    [Fact]
    public async Task Lines_of_json_are_a_past_study_too()
    {
        File.WriteAllText(_folder["past.jsonl"], """
            {"trial":0,"state":"completed","value":0.5,"steps":0,"parameters":{"x":0.4,"y":2}}
            {"trial":1,"state":"failed","steps":0,"parameters":{"x":0.1,"y":1},"reason":"no"}
            {"value":0.25,"parameters":{"x":0.125,"y":1}}

            {"trial":3,"state":"completed","value":0.1,"constraints":[2],"steps":0,"parameters":{"x":0.6,"y":1}}
            """);
        var result = await Present().WarmStart(_folder["past.jsonl"]).RunAsync(Bowl);
        Assert.Equal(0.125, result.Trials[0].Configuration["x"].AsFloat());
    }

    [Fact]
    public async Task An_interrupted_sweep_goes_on_without_importing_twice()
    {
        await Past("old").Minimize("loss").RunAsync(PastBowl);
        var sweep = Present().WarmStart(_folder["old"]).Output(_folder["new"]);
        await sweep.Trials(4).RunAsync(Bowl);
        var result = await sweep.Trials(9).RunAsync(Bowl, resume: true);

        using var store = SqliteStudyStore.OpenExisting(StudyFolder.StorePath(_folder["new"]));
        var log = store.Load("new")!.Log.Select(item => item.Event).ToList();
        Assert.Equal(12, log.OfType<TrialImported>().Count());
        Assert.Equal(9, result.Trials.Length);
        var whole = await Present().WarmStart(_folder["old"]).Trials(9).RunAsync(Bowl);
        Assert.Equal(whole.Trials.Select(t => t.Configuration), result.Trials.Select(t => t.Configuration));
    }

    [Fact]
    public async Task What_cannot_be_learnt_from_is_refused_before_anything_begins()
    {
        var missing = await Assert.ThrowsAsync<TuneGraphException>(
            () => Present().WarmStart("nowhere").Output(_folder["new"]).RunAsync(Bowl));
        Assert.Contains("There is no past study at 'nowhere'", missing.Message, StringComparison.Ordinal);
        File.WriteAllText(_folder["bad.jsonl"], "{\"value\":1}\n");
        var bad = await Assert.ThrowsAsync<TuneGraphException>(
            () => Present().WarmStart(_folder["bad.jsonl"]).RunAsync(Bowl));
        Assert.Contains("Line 1", bad.Message, StringComparison.Ordinal);
        File.WriteAllText(_folder["two.jsonl"], "{\"values\":[1,2],\"parameters\":{\"x\":0.5}}\n");
        var two = await Assert.ThrowsAsync<TuneGraphException>(
            () => Present().WarmStart(_folder["two.jsonl"]).RunAsync(Bowl));
        Assert.Contains("has 2 objectives", two.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["new"]));
    }

    private SweepBuilder Past(string name) => Sweep.Named(name).Trials(12).Parallel(1).Output(_folder[name])
        .Space(space => space.Float("x", -1, 2).Int("depth", 1, 4));

    private static SweepBuilder Present() => Sweep.Named("new").Minimize("loss").Trials(12).Parallel(1)
        .Space(space => space.Float("x", -3, 3).Float("y", 0, 1));

    private static double PastBowl(TrialContext trial) => Math.Pow(trial.Float("x", -1, 2) - 0.3, 2);

    private static double Bowl(TrialContext trial) => Math.Pow(trial.Float("x", -3, 3) - 0.3, 2);
}
