using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class TpeSplitTests
{
    [Fact]
    public void Completed_rank_before_pruned_before_infeasible_and_failed_and_running_ones_are_never_good()
    {
        var history = History(
            Told(TrialState.Infeasible), Reported(TrialState.Pruned, 1, 0.1), Reported(TrialState.Pruned, 5, 9),
            Told(TrialState.Completed, 7), Told(TrialState.Completed, 3), Told(TrialState.Failed),
            Reported(TrialState.Running, 9, 0.01), Reported(TrialState.Paused, 5, 2), Told(TrialState.Pruned));
        // Best first: 4, 3 (completed), 7, 2 (step 5), 1 (step 1), 8 (no step), 0 (infeasible).
        int[] order = [4, 3, 7, 2, 1, 8, 0];
        for (var count = 1; count <= order.Length; count++)
        {
            var split = TpeSplit.Of(history.Trials, history, new() { GoodShare = 0.99, MostGood = count });
            Assert.Equal(order.Length, split.Judged);
            Assert.Equal(order.Take(count).Order(), split.Good.Select(t => t.Number));
            Assert.Equal(order.Skip(count).Concat([5, 6]).Order(), split.Others.Select(t => t.Number));
        }
    }

    [Theory]
    [InlineData(10, 1)]
    [InlineData(11, 2)]
    [InlineData(249, 25)]
    [InlineData(400, 25)]
    public void With_Optunas_settings_a_tenth_is_good_and_at_most_25(int trials, int good)
    {
        var history = History([.. Enumerable.Range(0, trials).Select(i => Told(TrialState.Completed, i))]);
        var split = TpeSplit.Of(history.Trials, history, TpeOptions.Optuna5);
        Assert.Equal(Enumerable.Range(0, good), split.Good.Select(t => t.Number));
        Assert.Null(split.Weights);
    }

    [Fact]
    public void The_good_weigh_by_how_much_they_beat_the_next()
    {
        var history = History([.. new[] { 5.0, 1, 3, 8, 9, 9, 9, 9, 9, 9 }.Select(v => Told(TrialState.Completed, v))]);
        var split = TpeSplit.Of(history.Trials, history, new() { GoodShare = 0.3 });
        Assert.Equal([0, 1, 2], split.Good.Select(t => t.Number));
        Assert.Equal([3 / 7.0, 1, 5 / 7.0], split.Weights!); // 8 is the next best
    }

    [Fact]
    public void Infeasible_trials_rank_by_how_much_they_break()
    {
        var history = History(
            Breaking(3, 0.1), Told(TrialState.Infeasible), Breaking(1, 0.5), Told(TrialState.Completed, 9),
            Told(TrialState.Pruned), Breaking(2, 0.2));
        int[] order = [3, 4, 0, 5, 2, 1];
        for (var count = 1; count <= order.Length; count++)
        {
            var split = TpeSplit.Of(history.Trials, history, new() { GoodShare = 0.99, MostGood = count });
            Assert.Equal(order.Take(count).Order(), split.Good.Select(t => t.Number));
        }
    }

    [Fact]
    public void Of_several_objectives_whole_fronts_are_good_and_then_those_that_dominate_most()
    {
        // Fronts: 0, 3 and 5; then 1, 2 and 6, which with (1.1, 1.1) beyond them scale to (0, 1), (0.4, 0.2) and
        // (1, 0): most is dominated by 2 (0.7 · 0.9), then with 1 (+ 0.4 · 0.1), then with 6 (+ 0.1 · 0.2); then 4.
        ValueList[] values = [[0, 4], [1, 7], [3, 3], [2, 2], [3.5, 4.5], [4, 1], [6, 2]];
        var history = History(2, [.. values.Select(v => Told(TrialState.Completed, v)), Told(TrialState.Infeasible)]);
        int[] order = [0, 3, 5, 2, 1, 6, 4, 7];
        for (var count = 3; count <= order.Length; count++)
        {
            var split = TpeSplit.Of(history.Trials, history, new() { GoodShare = 0.99, MostGood = count });
            Assert.Equal(order.Take(count).Order(), split.Good.Select(t => t.Number));
            Assert.Equal(8, split.Judged);
        }

        // Scaled, the first front is (0, 1), (0.5, 1/3) and (1, 0): each loses 0.5 · 0.1, 0.5 · 2/3 and 0.1 · 1/3.
        var weights = TpeSplit.Of(history.Trials, history, new() { GoodShare = 0.99, MostGood = 3 }).Weights!;
        Assert.Equal(0.15, weights[0], 1e-12);
        Assert.Equal(1, weights[1], 1e-12);
        Assert.Equal(0.1, weights[2], 1e-12);
        var options = TpeOptions.Optuna5 with { GoodShare = 0.3 };
        Assert.Equal([1.0, 1, 1], TpeSplit.Of(history.Trials, history, options).Weights!);
    }

    private static Action<Study, int> Breaking(double value, double violation) => (study, trial) =>
        study.Tell(trial, TrialState.Completed, value, null, [-1, violation]);

    private static Action<Study, int> Told(TrialState state, ValueList values = default) =>
        (study, trial) => study.Tell(trial, state, values);

    private static Action<Study, int> Reported(TrialState state, int step, double value) => (study, trial) =>
    {
        study.Report(trial, step, value);
        if (state == TrialState.Paused)
            study.Pause(trial, step);
        else if (state == TrialState.Pruned)
            study.Tell(trial, state);
    };

    private static StudyHistory History(params Action<Study, int>[] lives) => History(1, lives);

    private static StudyHistory History(int objectives, Action<Study, int>[] lives)
    {
        var sampler = new Spy();
        var study = new Study(new()
        {
            Space = SearchSpace.Empty,
            Sampler = sampler,
            Directions = [.. Enumerable.Repeat(Direction.Minimize, objectives)],
        });
        foreach (var live in lives)
            live(study, study.Ask()!.Number);
        study.Ask();
        return sampler.Seen!;
    }

    /// <summary>Hands out the history; the last trial asked is the one in question.</summary>
    private sealed class Spy : Sampler
    {
        public StudyHistory? Seen { get; private set; }

        public override string Name => "spy";

        public override int MostObjectives => StudyOptions.MostObjectives;

        public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
        {
            Seen = history;
            return Configuration.Empty;
        }
    }
}
