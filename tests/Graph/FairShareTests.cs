using TuneGraph.Graph;

namespace TuneGraph.Tests.Graph;

public sealed class FairShareTests
{
    private static TaskGroup Group(string name, double share = 1, int priority = 0, int? quota = null) =>
        new() { Name = name, Share = share, Priority = priority, Quota = quota };

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(16)]
    public void Groups_get_slot_seconds_in_proportion_to_their_shares(int slots)
    {
        var field = new FairField(slots)
            .Enter(Group("one", share: 1), slots, seconds: 5)
            .Enter(Group("two", share: 2), slots, seconds: 1)
            .Enter(Group("five", share: 5), slots, seconds: 3);

        field.Run(2_000);

        Assert.Equal(1.0 / 8, field.PartOf("one"), 0.02);
        Assert.Equal(2.0 / 8, field.PartOf("two"), 0.02);
        Assert.Equal(5.0 / 8, field.PartOf("five"), 0.02);
    }

    [Fact]
    public void A_gang_gets_its_share_beside_single_tasks_that_fill_every_gap()
    {
        var field = new FairField(2, 2)
            .Enter(Group("singles"), 4, seconds: 1)
            .Enter(Group("gangs"), 2, seconds: 7, ranks: 4);

        field.Run(4_000);

        Assert.Equal(0.5, field.PartOf("gangs"), 0.05);
    }

    [Fact]
    public void Who_comes_later_gets_its_share_from_then_on_and_nothing_for_the_time_before()
    {
        var field = new FairField(4).Enter(Group("first"), 4, seconds: 2).Run(1_000);
        field.Forget();

        field.Enter(Group("second"), 4, seconds: 2).Run(200);

        Assert.Equal(0.5, field.PartOf("second"), 0.05);
    }

    [Fact]
    public void Who_had_the_cluster_alone_is_not_made_to_wait_for_it_when_it_comes_back()
    {
        var field = new FairField(4).Enter(Group("first"), 4, seconds: 2).Run(1_000);
        field.Leave("first");
        field.Run(4);
        field.Enter(Group("second"), 4, seconds: 2).Run(20);
        field.Forget();

        field.Enter(Group("first"), 4, seconds: 2).Run(200);

        Assert.Equal(0.5, field.PartOf("first"), 0.05);
    }

    [Fact]
    public void A_group_of_higher_priority_goes_first_until_it_wants_no_more()
    {
        var field = new FairField(2).Enter(Group("low", share: 100), 2, seconds: 1);
        field.Enter(Group("high", priority: 1), 2, seconds: 1).Run(2);
        field.Forget();

        field.Run(50);
        Assert.DoesNotContain("low", field.Started);

        field.Leave("high");
        field.Run(10);
        Assert.Contains("low", field.Started);
    }

    [Fact]
    public void A_gang_of_higher_priority_is_not_kept_waiting_by_single_tasks()
    {
        var field = new FairField(4).Enter(Group("low"), 4, seconds: 1.5).Run(3);
        field.Enter(Group("high", priority: 1), 1, seconds: 10, ranks: 4);

        field.Run(200);

        Assert.InRange(field.Started.ToList().IndexOf("high"), 0, 120);
        Assert.True(field.PartOf("high") > 0.8);
    }

    [Fact]
    public void No_group_has_more_slots_than_its_quota_and_others_take_what_it_leaves()
    {
        var field = new FairField(8)
            .Enter(Group("bound", share: 100, priority: 5, quota: 3), 8, seconds: 1)
            .Enter(Group("free"), 8, seconds: 1);

        field.Run(500);

        Assert.Equal(3, field.Most["bound"]);
        Assert.Equal(3.0 / 8, field.PartOf("bound"), 0.01);
        Assert.Equal(5.0 / 8, field.PartOf("free"), 0.01);
    }

    [Fact]
    public void No_room_is_kept_free_for_a_gang_that_its_quota_holds_up()
    {
        var field = new FairField(4)
            .Enter(Group("bound", quota: 2), 2, seconds: 5, ranks: 2)
            .Enter(Group("free"), 8, seconds: 1);

        field.Run(400);

        Assert.Equal(2, field.Most["bound"]);
        Assert.Equal(0.5, field.PartOf("free"), 0.02);
    }

    [Fact]
    public void A_change_counts_for_what_starts_after_it()
    {
        var field = new FairField(4).Enter(Group("a"), 4, seconds: 1).Enter(Group("b"), 4, seconds: 1);
        field.Run(400);
        Assert.Equal(0.5, field.PartOf("a"), 0.02);
        field.Forget();

        field.Tell(new GroupChanged(Group("a", share: 3)));
        field.Run(800);
        Assert.Equal(0.75, field.PartOf("a"), 0.02);
        field.Forget();

        field.Tell(new GroupChanged(Group("a", share: 3, quota: 1)));
        field.Run(800);
        Assert.Equal(0.25, field.PartOf("a"), 0.02);
    }

    [Fact]
    public void A_task_is_told_what_its_group_waits_for()
    {
        var field = new FairField(2)
            .Enter(Group("bound", quota: 1), 2, seconds: 1)
            .Enter(Group("high", priority: 2), 3, seconds: 1)
            .Enter(Group("low"), 1, seconds: 1);

        Assert.Equal(
            "'bound' has 1 slot of the 1 that its quota allows, and this task takes 1",
            field.Graph.WhyPending("bound/1"));
        Assert.Equal(
            "needs 1 slot on one worker; the largest free is 0 on w0; 2 ready tasks are ahead of it; "
                + "'high' goes first, for its priority 2 over 0; 'bound' has 1 slot; 'high' has 1 slot",
            field.Graph.WhyPending("low/5"));
    }

    [Fact]
    public void What_was_restored_divides_the_slots_as_what_was_saved()
    {
        var field = new FairField(3)
            .Enter(Group("a", share: 2), 3, seconds: 2)
            .Enter(Group("b", quota: 2), 3, seconds: 1)
            .Run(20);

        var saved = field.Graph.Snapshot().ToJson();
        var restored = TaskGraph.Restore(GraphSnapshot.FromJson(saved));

        restored.Validate();
        Assert.Equal(saved, restored.Snapshot().ToJson());
    }
}
