using TuneGraph.Graph;
using static TuneGraph.Tests.Graph.GraphHost;

namespace TuneGraph.Tests.Graph;

public sealed class GangTests
{
    private readonly GraphHost _host = new();

    private string[] WorkersOf(string key) =>
        [.. _host.Last.OfType<StartTask>().Single(start => start.Key == key).Ranks.Select(rank => rank.Worker.Value)];

    [Fact]
    public void A_gang_takes_all_its_slots_at_once_or_none()
    {
        _host.Submit(Gang("g", 3));
        _host.Join("w1", slots: 2);
        Assert.Empty(_host.Last);
        Assert.Equal("needs 3 slots at once; 2 are free on 1 workers; it can never start on the workers that are there",
            _host.Graph.WhyPending("g"));

        _host.Join("w2");
        Assert.Equal(["w1", "w1", "w2"], WorkersOf("g"));
        Assert.Equal([0, 1, 0], _host.Last.OfType<StartTask>().Single().Ranks.Select(rank => rank.LocalRank));
    }

    [Fact]
    public void Pack_uses_few_workers_and_spread_uses_many()
    {
        _host.Join("w1", slots: 4);
        _host.Join("w2", slots: 4);
        _host.Submit(Gang("packed", 2));
        Assert.Single(WorkersOf("packed").Distinct());
        _host.Submit(Gang("spread", 2, GangPlacement.Spread));
        Assert.Equal(2, WorkersOf("spread").Distinct().Count());
    }

    [Fact]
    public void A_gang_for_distinct_workers_waits_for_enough_of_them()
    {
        _host.Join("w1", slots: 4);
        _host.Submit(Gang("g", 2, GangPlacement.DistinctWorkers));
        Assert.Empty(_host.Last);
        _host.Join("w2");
        Assert.Equal(["w1", "w2"], WorkersOf("g").Order());
    }

    [Fact]
    public void Why_pending_names_the_scarce_resource_and_where_most_of_it_is_free()
    {
        _host.Join("w1", slots: 8, accelerators: 1);
        _host.Join("w3", slots: 8, accelerators: 4);
        var two = new ResourceVector { Accelerators = 2 };
        _host.Submit(Spec("a") with { Resources = two });
        _host.Submit(Spec("b") with { Resources = new ResourceVector { Accelerators = 4 } });
        Assert.Equal(
            "needs 4 accelerators on one worker; the largest free is 2 on w3 (of 4); no ready task is ahead of it",
            _host.Graph.WhyPending("b"));
    }

    [Fact]
    public void A_gang_that_loses_a_worker_is_released_and_starts_anew_after_its_survivors_have_stopped()
    {
        _host.Join("w1");
        _host.Join("w2");
        _host.Submit(Gang("g", 2));
        _host.Lose("w2");
        Assert.Equal("w1", _host.Last.OfType<ReleaseGang>().Single().Survivors.Single().Value);

        _host.Join("w3");
        Assert.Empty(_host.Started());
        _host.Stopped("g");
        Assert.Equal(["w1", "w3"], WorkersOf("g").Order());
    }

    [Fact]
    public void A_finish_that_a_broken_gang_still_reports_is_ignored()
    {
        _host.Join("w1");
        _host.Join("w2");
        _host.Submit(Gang("g", 2));
        _host.Lose("w2");
        _host.Apply(new TaskFinished("g", 1));
        Assert.Equal(TaskState.Ready, _host.State("g"));
    }

    [Fact]
    public void Smaller_tasks_fill_in_until_the_age_bound_and_then_room_is_kept_for_the_gang()
    {
        _host.Join("w1");
        _host.Join("w2");
        _host.Submit(Spec("long"));
        _host.Submit(Gang("gang", 2));
        _host.Submit([.. Enumerable.Range(0, 100).Select(index => Spec($"small-{index}"))]);
        Assert.Equal(["small-0"], _host.Started());

        var filled = 0;
        for (var second = 1; second <= 60 && _host.State($"small-{filled}") == TaskState.Running; second++)
        {
            _host.PassTo(second);
            _host.Finish($"small-{filled++}", seconds: 1);
        }
        Assert.Equal(30, filled);
        Assert.Contains("room is reserved for it on", _host.Graph.WhyPending("gang"), StringComparison.Ordinal);

        _host.Finish("long");
        Assert.Equal(["gang"], _host.Started());
    }

    [Fact]
    public void A_task_that_ends_before_the_gang_can_start_uses_the_reserved_room()
    {
        var host = new GraphHost(new TaskGraphOptions { AgeBound = TimeSpan.Zero });
        host.Join("w1");
        host.Join("w2");
        host.Submit(Spec("long") with { EstimatedDuration = TimeSpan.FromMinutes(10) });
        host.Submit(Gang("gang", 2));
        host.Submit(Spec("first"));
        host.Submit(Spec("brief") with { EstimatedDuration = TimeSpan.FromMinutes(1) });
        host.Submit(Spec("unknown"));
        host.Finish("first");
        Assert.Equal(["brief"], host.Started());
        host.PassTo(60);
        host.Finish("brief");
        Assert.Empty(host.Started());
        Assert.Contains("is reserved for 'gang'", host.Graph.WhyPending("unknown"), StringComparison.Ordinal);
    }
}
