using TuneGraph.Graph;
using static TuneGraph.Tests.Graph.GraphHost;

namespace TuneGraph.Tests.Graph;

public sealed class PlacementTests
{
    private readonly GraphHost _host = new();

    private string WorkerOf(string key) => _host.Graph.RanksOf(key).Single().Worker.Value;

    [Fact]
    public void A_task_goes_where_most_of_its_input_bytes_lie()
    {
        _host.Join("w1", slots: 2);
        _host.Join("w2", slots: 2);
        _host.Submit(Spec("small"), Spec("large"), Spec("both", "small", "large"));
        var (small, large) = (WorkerOf("small"), WorkerOf("large"));
        Assert.NotEqual(small, large);
        _host.Finish("small", bytes: 1_000);
        _host.Finish("large", bytes: 100_000_000);
        Assert.Equal(large, WorkerOf("both"));
    }

    [Fact]
    public void A_task_waits_for_the_busy_holder_of_its_inputs_if_moving_them_takes_longer()
    {
        _host.Join("w1");
        _host.Submit(Spec("input"));
        _host.Finish("input", bytes: 1_000_000_000); // ten seconds to move
        _host.Submit(Spec("other") with { EstimatedDuration = TimeSpan.FromSeconds(1) });
        _host.Join("w2");
        _host.Submit(Spec("reader", "input"));
        Assert.Empty(_host.Started());
        Assert.Contains("waits for w1, which holds its inputs", _host.Graph.WhyPending("reader"), StringComparison.Ordinal);

        _host.Finish("other", seconds: 1);
        Assert.Equal("w1", WorkerOf("reader"));
    }

    [Fact]
    public void A_task_moves_its_inputs_if_the_holder_is_busy_for_longer()
    {
        _host.Join("w1");
        _host.Submit(Spec("input"));
        _host.Finish("input", bytes: 1_000_000_000);
        _host.Submit(Spec("other") with { EstimatedDuration = TimeSpan.FromMinutes(1) });
        _host.Join("w2");
        _host.Submit(Spec("reader", "input"));
        Assert.Equal("w2", WorkerOf("reader"));
    }

    [Fact]
    public void A_task_that_waits_for_its_holder_is_not_lost_when_the_holder_retires()
    {
        LetReaderWaitForW1();
        _host.Apply(new WorkerRetiring("w1"));
        Assert.Equal("w2", WorkerOf("reader"));
    }

    [Fact]
    public void Tasks_without_inputs_are_withheld_until_a_slot_is_free()
    {
        _host.Join("w1", slots: 2);
        _host.Submit([.. Enumerable.Range(0, 10).Select(index => Spec($"root-{index}"))]);
        Assert.Equal(2, _host.Started().Count());
        Assert.Equal(8, _host.Graph.CountOf(TaskState.Ready));
    }

    [Fact]
    public void A_saturated_worker_has_its_next_task_at_hand()
    {
        var host = new GraphHost(new TaskGraphOptions { WorkerSaturation = 1.1 });
        host.Join("w1", slots: 10);
        host.Submit([.. Enumerable.Range(0, 30).Select(index => Spec($"root-{index}"))]);
        Assert.Equal(11, host.Started().Count()); // ceil(1.1 x 10), as in Dask
    }

    [Fact]
    public void A_task_that_has_not_begun_is_stolen_only_after_its_worker_has_given_it_back()
    {
        var host = new GraphHost(new TaskGraphOptions { WorkerSaturation = 2 });
        host.Join("w1");
        host.Submit(Spec("a"), Spec("b"));
        host.Join("w2");
        var steal = host.Last.OfType<StealTask>().Single();
        Assert.Equal(("b", "w1"), (steal.Key.Value, steal.Victim.Value));
        Assert.Empty(host.Started());

        host.Apply(new StealAnswered("b", 1, Granted: true));
        var start = host.Last.OfType<StartTask>().Single();
        Assert.Equal(("b", "w2", 2), (start.Key.Value, start.Ranks.Single().Worker.Value, start.Attempt));
    }

    [Fact]
    public void A_theft_that_is_refused_changes_nothing()
    {
        var host = new GraphHost(new TaskGraphOptions { WorkerSaturation = 2 });
        host.Join("w1");
        host.Submit(Spec("a"), Spec("b"));
        host.Join("w2");
        host.Apply(new StealAnswered("b", 1, Granted: false));
        Assert.Empty(host.Last);
        host.Finish("b");
        Assert.Equal(TaskState.Succeeded, host.State("b"));
    }

    [Fact]
    public void Preferred_workers_come_first_and_excluded_ones_never()
    {
        _host.Join("w1");
        _host.Join("w2");
        _host.Join("w3");
        var wishes = new WorkerConstraints { Preferred = ["w3"], Excluded = ["w1"] };
        _host.Submit([.. new[] { "a", "b", "c" }.Select(key => Spec(key) with { Constraints = wishes })]);
        Assert.Equal("w3", WorkerOf("a"));
        Assert.Equal("w2", WorkerOf("b"));
        Assert.Equal(TaskState.Ready, _host.State("c"));
    }

    [Fact]
    public void A_resource_that_became_known_after_a_worker_joined_does_not_confuse_it()
    {
        _host.Apply(new WorkerJoined(new WorkerSpec { Id = "old", Resources = new ResourceVector { Cores = 4 } }));
        var license = new ResourceVector { Cores = 1, Named = ResourceVector.None.Named.Add("license", 1) };
        _host.Submit(Spec("licensed") with { Resources = license });
        Assert.Equal("needs 1 license on one worker; the largest free is 0 on old (of 0); it can never start on the workers that are there",
            _host.Graph.WhyPending("licensed"));

        _host.Submit(Spec("plain") with { Resources = new ResourceVector { Cores = 1 } });
        Assert.Equal("old", WorkerOf("plain"));
        _host.Apply(new WorkerJoined(new WorkerSpec { Id = "new", Resources = license }));
        Assert.Equal("new", WorkerOf("licensed"));
    }

    [Fact]
    public void Durations_and_sizes_are_learnt_per_family()
    {
        _host.Join("w1");
        _host.Submit(Spec("load-1"), Spec("load-2"), Spec("fit-1"));
        _host.Finish("load-1", bytes: 100, seconds: 4);
        _host.Finish("load-2", bytes: 300, seconds: 8);
        var load = _host.Graph.Families.Single(family => family.Name == "load");
        Assert.Equal((6, 200), (load.MeanDuration.TotalSeconds, load.MeanBytes));
    }

    private void LetReaderWaitForW1()
    {
        _host.Join("w1");
        _host.Submit(Spec("input"));
        _host.Finish("input", bytes: 1_000_000_000);
        _host.Submit(Spec("other") with { EstimatedDuration = TimeSpan.FromSeconds(1) });
        _host.Join("w2");
        _host.Submit(Spec("reader", "input"));
        Assert.Equal(TaskState.Ready, _host.State("reader"));
    }
}
